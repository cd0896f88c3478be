/** The process of `startOrganisation`. */
import { startSandbox } from "../dist/sandbox/sandbox.js";

const seed = await new Promise((resolve) => process.once("message", resolve));
const { url, clientId, clientSecret, requests } = await startSandbox({
  ...{ dialect: "cloud", seed, requestsPerMinute: 0 },
});
process.send({ url, clientId, clientSecret });
process.on("message", () => {
  process.send(requests.splice(0).map(({ method, path }) => ({ method, path })));
});
process.on("disconnect", () => process.exit());

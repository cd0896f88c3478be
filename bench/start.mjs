/** The CPU of `--help`, `--version` and `validate` of the example, beside that of `node -e 0`. Needs a build. */
import { interleave, MAIN, printHead, printRow, runNode, rounds } from "./measure.mjs";

const MEASURED = [
  { name: "--help", most: 1.8 },
  { name: "--version", most: 1.8 },
  { name: "validate", most: 3.0 },
];
const ROUNDS = rounds(15);

printHead();
const cpu = (...args) => runNode(args).cpu * 1000;
const { floor, ...figures } = await interleave(ROUNDS, {
  floor: () => cpu("-e", "0"),
  ...Object.fromEntries(MEASURED.map(({ name }) => [name, () => cpu(MAIN, name)])),
});
for (const { name, most } of MEASURED) {
  printRow({
    name: name === "validate" ? "`validate` of the example" : `\`${name}\``,
    figure: figures[name],
    floor,
    unit: "ms",
    most,
  });
}

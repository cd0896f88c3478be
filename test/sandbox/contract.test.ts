/** The vendor's own SDK drives the sandbox: what it sends is understood, and what it gets it can use. */
import platformClient from "purecloud-platform-client-v2";
import { beforeEach, describe, expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { SEED, start, userOf } from "./helper.ts";

const { ApiClient } = platformClient;
const routing = new platformClient.RoutingApi();
const users = new platformClient.UsersApi();

/** Points the SDK, which is one for the process, at the sandbox. */
function pointAt(sandbox: Sandbox): void {
  const { hostname, port } = new URL(sandbox.url);
  ApiClient.instance.setGateway({ host: hostname, protocol: "http", port: Number(port) });
}

async function connect(options: Parameters<typeof start>[0] = {}): Promise<Sandbox> {
  const sandbox = await start(options);
  pointAt(sandbox);
  await ApiClient.instance.loginClientCredentialsGrant(sandbox.clientId, sandbox.clientSecret);
  return sandbox;
}

beforeEach(() => {
  ApiClient.instance.config.live_reload_config = false;
});

describe("the vendor's SDK", () => {
  test("logs in with client credentials and gets the lifetime of the token", async () => {
    const sandbox = await start();
    pointAt(sandbox);
    const { accessToken, tokenExpiryTime } = await ApiClient.instance.loginClientCredentialsGrant(
      sandbox.clientId,
      sandbox.clientSecret,
    );
    expect(accessToken).toMatch(/\S{20,}/);
    expect(tokenExpiryTime).toBeGreaterThan(Date.now());
  });

  test("is refused with a wrong secret", async () => {
    const sandbox = await start();
    pointAt(sandbox);
    await expect(
      ApiClient.instance.loginClientCredentialsGrant(sandbox.clientId, "wrong"),
    ).rejects.toMatchObject({
      response: { status: 401, data: { error: "invalid_client" } },
    });
  });

  test("lists, creates, reads and deletes skills", async () => {
    const sandbox = await connect();
    const created = await routing.postRoutingSkills({ name: "Chat" });
    expect(created).toMatchObject({ name: "Chat", state: "active", version: "1" });
    const listed = await routing.getRoutingSkills({ pageSize: 2, pageNumber: 1 });
    expect(listed).toMatchObject({ pageSize: 2, pageNumber: 1, total: 4, pageCount: 2 });
    expect(listed.entities?.map((skill) => skill.name)).toEqual(["Billing", "Chat"]);

    await routing.deleteRoutingSkill(created.id ?? "");
    expect(await routing.getRoutingSkill(created.id ?? "")).toMatchObject({ state: "deleted" });
    expect(sandbox.snapshot().skills.map((skill) => skill.name)).not.toContain("Chat");
  });

  test("lists users with their skills", async () => {
    await connect();
    const { entities } = await users.getUsers({ pageSize: 100, expand: ["skills", "languages"] });
    const [ann, , cleo] = entities ?? [];
    expect(ann?.skills?.map(({ name, proficiency, state }) => ({ name, proficiency, state }))).toEqual([
      { name: "Billing", proficiency: 3, state: "active" },
      { name: "Sales", proficiency: 2.5, state: "active" },
    ]);
    expect(cleo?.skills).toEqual([]);
  });

  test("walks all users by cursor", async () => {
    await connect();
    const first = await users.getUsersQuery({ pageSize: 2 });
    const second = await users.getUsersQuery({ pageSize: 2, cursor: first.cursor ?? "" });
    expect([first, second].flatMap((page) => page.entities?.map((user) => user.name))).toEqual([
      "Ann Lee",
      "Bob Ray",
      "Cleo Fox",
    ]);
    expect(second.cursor).toBeUndefined();
  });

  test("searches users of all states by e-mail", async () => {
    await connect();
    const found = await users.postUsersSearch({
      query: [
        { type: "EXACT", fields: ["email"], values: ["EVE@example.com", "dan@example.com"] },
        { type: "EXACT", fields: ["state"], values: ["active", "inactive", "deleted"] },
      ],
    });
    expect(found.results.map(({ email, state }) => [email, state])).toEqual([
      ["dan@example.com", "inactive"],
      ["eve@example.com", "deleted"],
    ]);
  });

  test("adds a user's skills in bulk, replaces them, and removes one", async () => {
    const sandbox = await connect();
    const { manualEdits: hand } = sandbox;
    const ann = hand.userId("ann@example.com");
    const patched = await users.patchUserRoutingskillsBulk(ann, [
      { id: hand.skillId("Billing"), proficiency: 5 },
      { id: hand.skillId("Complaints"), proficiency: 1 },
    ]);
    expect(patched.entities?.length).toBe(3);
    expect(userOf(sandbox, "ann@example.com")?.skills).toEqual({ Billing: 5, Complaints: 1, Sales: 2.5 });

    await users.deleteUserRoutingskill(ann, hand.skillId("Sales"));
    expect(userOf(sandbox, "ann@example.com")?.skills).toEqual({ Billing: 5, Complaints: 1 });

    await users.putUserRoutingskillsBulk(ann, [{ id: hand.skillId("Sales"), proficiency: 4 }]);
    expect((await users.getUserRoutingskills(ann)).entities?.map((skill) => skill.name)).toEqual(["Sales"]);

    await users.postUserRoutingskills(ann, { id: hand.skillId("Billing"), proficiency: 2 });
    await users.putUserRoutingskill(ann, hand.skillId("Billing"), { proficiency: 3 });
    expect(userOf(sandbox, "ann@example.com")?.skills).toEqual({ Billing: 3, Sales: 4 });
  });

  test("reads groups, skill groups, dependencies, divisions and its own token", async () => {
    const sandbox = await connect();
    const groups = new platformClient.GroupsApi();
    const [desk] = (await groups.getGroups({ pageSize: 100 })).entities ?? [];
    expect((await groups.getGroupIndividuals(desk?.id ?? "")).entities?.map((user) => user.name)).toEqual([
      "Ann Lee",
      "Bob Ray",
    ]);
    expect((await groups.getGroupMembers(desk?.id ?? "")).total).toBe(3);

    const [billers] = (await routing.getRoutingSkillgroups()).entities ?? [];
    const one = await routing.getRoutingSkillgroup(billers?.id ?? "");
    expect(one.skillConditions[0]?.routingSkillConditions[0]?.routingSkill).toBe("Billing");

    const architect = new platformClient.ArchitectApi();
    expect((await architect.getArchitectDependencytrackingBuild()).status).toBe("OPERATIONAL");
    const consumers = await architect.getArchitectDependencytrackingConsumingresources(
      sandbox.manualEdits.skillId("Billing"),
      "ACDSKILL",
    );
    expect(consumers.entities?.map((flow) => flow.name)).toEqual(["Main menu"]);

    const token = await new platformClient.TokensApi().getTokensMe();
    expect(token.organization?.name).toBe("Contact Centre");
    expect(token.OAuthClient?.roleDivisions).toMatchObject([{ divisionId: "*" }]);
    expect((await new platformClient.OrganizationApi().getOrganizationsMe()).id).toBe(token.organization?.id);
    const authorization = new platformClient.AuthorizationApi();
    expect(
      (await authorization.getAuthorizationDivisions()).entities?.map((one) => one.homeDivision),
    ).toEqual([true]);
    expect((await authorization.getAuthorizationSubjectsMe()).id).toBe(sandbox.clientId);
  });

  test("reads what the vendor's Terraform provider reads at its start and for each user", async () => {
    const organization = { name: "Contact Centre", country: "GB", language: "en-GB" };
    const { manualEdits: hand } = await connect({ seed: { ...SEED, organization } });
    expect(await new platformClient.OrganizationApi().getOrganizationsMe()).toMatchObject({
      name: "Contact Centre",
      defaultCountryCode: "GB",
      defaultLanguage: "en-GB",
    });
    const authorization = new platformClient.AuthorizationApi();
    const products = (await authorization.getAuthorizationProducts()).entities ?? [];
    expect(products.map(({ id }) => id)).toContain("purecloud3");

    const ann = hand.userId("ann@example.com");
    const expand = ["skills", "languages", "locations", "profileSkills", "certifications", "employerInfo"];
    const user = await users.getUser(ann, { expand });
    expect(user).toMatchObject({ email: "ann@example.com", state: "active", division: { name: "Home" } });
    expect(user.skills).toHaveLength(2);
    const voicemail = new platformClient.VoicemailApi();
    expect((await voicemail.getVoicemailUserpolicy(ann)).alertTimeoutSeconds).toBeGreaterThan(0);
    const { level, utilization } = await routing.getRoutingUserUtilization(ann);
    expect([level, utilization?.["call"]?.maximumCapacity]).toEqual(["Organization", 1]);
    const nobody = { status: 404, entityId: "nobody" };
    await expect(voicemail.getVoicemailUserpolicy("nobody")).rejects.toMatchObject(nobody);
    await expect(routing.getRoutingUserUtilization("nobody")).rejects.toMatchObject(nobody);
  });

  test("changes a user by the current version", async () => {
    const sandbox = await connect();
    const ann = sandbox.manualEdits.userId("ann@example.com");
    const { version } = await users.getUser(ann);
    const changed = await users.patchUser(ann, {
      version,
      name: "Ann Moss",
      department: "Sales",
      title: "Lead",
    });
    expect(changed).toMatchObject({
      name: "Ann Moss",
      department: "Sales",
      title: "Lead",
      version: version + 1,
    });
    expect(await users.getUser(ann)).toMatchObject({
      name: "Ann Moss",
      department: "Sales",
      state: "active",
    });
    expect(userOf(sandbox, "ann@example.com")?.skills).toEqual({ Billing: 3, Sales: 2.5 });

    await expect(users.patchUser(ann, { version, name: "Ann Lee" })).rejects.toMatchObject({
      status: 409,
      code: "general.conflict",
    });
    const email = "BOB@example.com";
    await expect(users.patchUser(ann, { version: version + 1, email })).rejects.toMatchObject({
      status: 409,
    });

    await users.patchUser(ann, { version: version + 1, state: "inactive" });
    await expect(users.getUser(ann)).rejects.toMatchObject({ status: 404 });
    expect((await users.getUser(ann, { state: "inactive" })).state).toBe("inactive");
  });

  test("reads error bodies", async () => {
    const sandbox = await connect();
    await expect(routing.getRoutingSkill("nobody")).rejects.toMatchObject({
      status: 404,
      code: "not.found",
      entityId: "nobody",
      entityName: "skill",
      details: [],
      errors: [],
    });
    await expect(routing.postRoutingSkills({ name: "Billing" })).rejects.toMatchObject({
      status: 409,
      code: "general.conflict",
    });
    sandbox.faults.set({ tooManyRequests: 1, retryAfter: 42 });
    await expect(routing.getRoutingSkills()).rejects.toMatchObject({
      status: 429,
      code: "too.many.requests.retry.after",
      message: "Rate limit exceeded the maximum. Retry the request in [42] seconds",
    });
    sandbox.faults.clear();
    sandbox.revokeTokens();
    await expect(routing.getRoutingSkills()).rejects.toMatchObject({ status: 401, code: "bad.credentials" });
  });
});

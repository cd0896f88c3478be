import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayAt, isDay } from "../../src/desired/calendar.ts";
import { formatYaml } from "../../src/desired/format.ts";
import { loadDesired } from "../../src/desired/load.ts";
import { makeDirectory, problemsOf, summarize } from "./directory.ts";

const YAML = `
skills:
  - name: Returns
    assign_to_users: [{ user: bob@b.c, proficiency: 4, from: 2026-12-01, until: 2027-01-06 }]
profiles:
  - name: Season
    skills: [Returns]
    members: { users: [{ user: dan@b.c, until: 2026-12-27 }] }
users:
  - user: eve@b.c
    profiles: [{ profile: Season, from: 2026-11-20, until: 2026-12-27 }]
    skills: { Returns: { proficiency: 3, from: 2026-12-27 } }
`;

async function loadOn(day: string, files: Readonly<Record<string, string>> = { "a.yaml": YAML }) {
  return loadDesired({ dir: await makeDirectory(files), dayIn: () => day });
}

/** `eve@b.c user 3` for each source on that day. */
async function sourcesOn(day: string): Promise<string[]> {
  const { desired } = await loadOn(day);
  return desired.users.flatMap(({ user, sources }) =>
    sources.map(({ via, proficiency = "any" }) => `${user} ${via.kind} ${proficiency}`),
  );
}

describe("days", () => {
  test("both the first and the last day count, on every kind of line", async () => {
    const [bob, dan, carried, own] = [
      "bob@b.c user 4",
      "dan@b.c profile any",
      "eve@b.c profile any",
      "eve@b.c user 3",
    ];
    expect(await sourcesOn("2026-11-19")).toEqual([dan]);
    expect(await sourcesOn("2026-11-20")).toEqual([dan, carried]);
    expect(await sourcesOn("2026-12-01")).toEqual([bob, dan, carried]);
    expect(await sourcesOn("2026-12-27")).toEqual([bob, dan, own, carried]);
    expect(await sourcesOn("2026-12-28")).toEqual([bob, own]);
    expect(await sourcesOn("2027-01-06")).toEqual([bob, own]);
    expect(await sourcesOn("2027-01-07")).toEqual([own]);
  });

  test("members of a profile are those of the day", async () => {
    const members = async (day: string) => (await loadOn(day)).desired.profiles[0]?.members.users;
    expect(await members("2026-12-27")).toEqual(["dan@b.c", "eve@b.c"]);
    expect(await members("2026-12-28")).toEqual([]);
  });

  test("the day is that of the settings' time zone", async () => {
    const zones: string[] = [];
    const dayIn = (zone: string): string => {
      zones.push(zone);
      return "2026-12-01";
    };
    await loadDesired({ dir: await makeDirectory({ "a.yaml": YAML }), dayIn });
    const files = { "a.yaml": YAML, "settings.yaml": "time_zone: Europe/Berlin" };
    await loadDesired({ dir: await makeDirectory(files), dayIn });
    expect(zones).toEqual(["UTC", "Europe/Berlin"]);
    const evening = Date.parse("2026-12-01T23:30:00Z");
    expect(dayAt(evening, "UTC")).toBe("2026-12-01");
    expect(dayAt(evening, "Europe/Berlin")).toBe("2026-12-02");
    expect(dayAt(evening, "America/New_York")).toBe("2026-12-01");
  });

  test("without a day, files that need one can't be read", async () => {
    const dir = await makeDirectory({ "a.yaml": YAML });
    await expect(loadDesired({ dir })).rejects.toThrow("These files need a day.");
  });

  test("each wrong day or zone is a problem with its place", async () => {
    const dir = await makeDirectory({
      "a.yaml": `skills:
  - name: A
    assign_to_users:
      - { user: a@b.c, from: 2026-12-02, until: 2026-12-01 }
      - { user: b@b.c, until: 2026-02-30 }
      - { user: c@b.c, from: 1.12.2026 }
    assign_to_groups:
      - { group: G, until: 2026-12-01 }
`,
      "settings.yaml": "time_zone: Europe/Berlni",
    });
    const problems = await problemsOf(dir);
    expect(summarize(problems, dir)).toEqual([
      "UNTIL_BEFORE_FROM a.yaml:4:49",
      "UNKNOWN_DAY a.yaml:5:31",
      "WRONG_FORMAT a.yaml:6:30",
      "UNKNOWN_FIELD a.yaml:8:21",
      "UNKNOWN_TIME_ZONE settings.yaml:1:12",
    ]);
    expect(problems.at(-1)?.hint).toContain('Did you mean "Europe/Berlin"?');
  });

  test("an offset is no time zone", async () => {
    const dir = await makeDirectory({ "a.yaml": "- name: A", "settings.yaml": 'time_zone: "+01:00"' });
    expect(summarize(await problemsOf(dir), dir)).toEqual(["UNKNOWN_TIME_ZONE settings.yaml:1:12"]);
  });

  test("a line that is over is a warning from the day after its last", async () => {
    const codes = async (day: string) =>
      (await loadOn(day)).warnings.map(({ code, place }) => [code, place?.line]);
    expect(await codes("2026-12-27")).toEqual([]);
    expect(await codes("2026-12-28")).toEqual([
      ["PAST_UNTIL", 8],
      ["PAST_UNTIL", 11],
    ]);
  });

  test("fmt puts days last and leaves them without quotes", () => {
    const text =
      'skills:\n  - name: A\n    assign_to_users: [{ until: 2027-01-06, from: "2026-12-01", user: a@b.c }]\n';
    expect(formatYaml(text)).toContain("[{ user: a@b.c, from: 2026-12-01, until: 2027-01-06 }]");
  });

  test("every day of the calendar is one, and what it reads as is the same day", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        (date) => {
          const day = dayAt(date.getTime(), "UTC");
          expect(day).toBe(date.toISOString().slice(0, 10));
          expect(isDay(day)).toBe(true);
        },
      ),
    );
    expect(["2026-02-29", "2026-13-01", "2026-1-1", "0000-00-00", ""].filter(isDay)).toEqual([]);
  });
});

describe("days to come", () => {
  test("users whom a line with days names come with all that asks for them from the day on", async () => {
    const { desired } = await loadOn("2026-12-02");
    expect(desired.dated?.day).toBe("2026-12-02");
    const lines = desired.dated?.users.flatMap(({ user, sources }) =>
      sources.map(({ via, from = "", until = "" }) => `${user} ${via.kind} ${from}…${until}`),
    );
    expect(lines).toEqual([
      "bob@b.c user 2026-12-01…2027-01-06",
      "dan@b.c profile …2026-12-27",
      "eve@b.c user 2026-12-27…",
      "eve@b.c profile 2026-11-20…2026-12-27",
    ]);
  });

  test("where every line with days is over, or none has any, nothing is to come", async () => {
    const over = {
      "a.yaml": "skills: [{ name: A, assign_to_users: [{ user: bob@b.c, until: 2026-12-01 }] }]",
    };
    expect((await loadOn("2026-12-01", over)).desired.dated).toBeDefined();
    expect((await loadOn("2026-12-02", over)).desired).not.toHaveProperty("dated");
    const none = { "a.yaml": "skills: [{ name: A, assign_to_users: [bob@b.c] }]" };
    expect((await loadOn("2026-12-02", none)).desired).not.toHaveProperty("dated");
  });
});

/** The skills of an organisation, and what became of those that the ledger has and the list lacks. */
import type { Existing, SkillBody } from "../genesys/bodies.ts";
import { exists } from "../genesys/bodies.ts";
import type { Connection } from "../genesys/connect.ts";
import { ApiError } from "../http/error.ts";
import type { AbsentSkill, Listing, Live, LiveSkill } from "../model.ts";
import { byText, slugOf } from "../text.ts";

type Asked = Pick<Connection, "dialect" | "view" | "reader">;

/** What stands in the ledger in place of an id while a skill's making is not confirmed. */
const UNCONFIRMED = "new:";

/**
 * All skills, and those of `ledgerIds` that a complete list lacks, looked up by id: a list may leave out what
 * is there all the same. Where that can't be found out, the list is incomplete. Next to an incomplete list,
 * nothing can be said to be absent from it.
 */
export async function readSkills(
  connection: Asked,
  ledgerIds: readonly string[],
): Promise<Pick<Live, "skills" | "absentSkills">> {
  const { reader, dialect } = connection;
  const listing = await reader.listSkills();
  const skills = { ...listing, entities: listing.entities.map((skill) => toSkill(skill, dialect)) };
  if (skills.kind === "incomplete") return { skills, absentSkills: [] };
  const listed = new Set(skills.entities.map(({ id }) => id));
  const missing = [...new Set(ledgerIds)].filter((id) => !id.startsWith(UNCONFIRMED) && !listed.has(id));
  const absent = await readAbsentSkills(connection, missing.sort(byText));
  if (absent.kind === "complete") return { skills, absentSkills: absent.entities };
  return { skills: { ...absent, entities: skills.entities }, absentSkills: [] };
}

async function readAbsentSkills(
  { reader, dialect, view }: Asked,
  ids: readonly string[],
): Promise<Listing<AbsentSkill>> {
  if (ids.length === 0) return { kind: "complete", entities: [] };
  try {
    const found = await reader.skillsById(ids);
    const entities = ids.map((id): AbsentSkill => {
      const skill = found.get(id);
      // To a client that sees some divisions only, what is out of sight answers like what is gone.
      if (skill === undefined) return { id, state: view === "limited" ? "unknown" : "deleted" };
      if (skill === "unreadable") return { id, state: "unknown" };
      return exists(skill) ? { id, state: "live", skill: toSkill(skill, dialect) } : { id, state: "deleted" };
    });
    return { kind: "complete", entities };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = `Skills that the list lacks could not be looked up: ${error.message}`;
    return { kind: "incomplete", entities: [], reason };
  }
}

function toSkill(skill: Existing<SkillBody>, dialect: Live["dialect"]): LiveSkill {
  const { id, name, state, description } = skill;
  return { id, name, slug: slugOf(name), state, ...(dialect === "profiles" ? { description } : {}) };
}

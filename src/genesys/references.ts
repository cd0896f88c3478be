/** What refers to skills beside the people who hold them: flows by id, skill groups by name. */
import type { Asking } from "./look-up.ts";
import type { Fields } from "./decode.ts";
import { readId, readList, readOptionalList, readOptionalText, readText } from "./decode.ts";
import { route } from "./route.ts";

/** Every list comes whole: all of it throws ApiError where it can't be read to its end, and never a Failure. */
export interface ReferenceReader {
  /** Whether the index that `consumersOf` searches is built. */
  dependencyIndex(): Promise<DependencyIndex>;
  /** The flows, and whatever else is built in Architect, that name the skill; each of their versions is one. */
  consumersOf(skillId: string): Promise<readonly ConsumerBody[]>;
  listSkillGroups(): Promise<readonly SkillGroupBody[]>;
  /** What the conditions of one skill group call the skills that they ask for. */
  skillGroupSkills(id: string): Promise<readonly string[]>;
}

export interface DependencyIndex {
  /** `OPERATIONAL` where it is built and up to date. */
  readonly status: string;
  /** Names of what the last build couldn't look into. */
  readonly failed: readonly string[];
}

export interface ConsumerBody {
  readonly id: string;
  readonly name: string;
}

export interface SkillGroupBody {
  readonly id: string;
  readonly name: string;
}

/** What the vendor's own tools ask for, of both lists. */
const PAGE = 100;
/** What dependency tracking calls a skill. */
const SKILL_TYPE = "ACDSKILL";

export function createReferenceReader({ getOne, listWhole }: Asking): ReferenceReader {
  const tracking = {
    build: route`/architect/dependencytracking/build`,
    consumers: route`/architect/dependencytracking/consumingresources`,
  };
  return {
    dependencyIndex: () => getOne(tracking.build, decodeIndex),
    async consumersOf(skillId) {
      const query = { id: skillId, objectType: SKILL_TYPE };
      const options = { query, pageSize: PAGE };
      const all = await listWhole("what refers to a skill", tracking.consumers, decodeConsumer, options);
      return all.filter(({ deleted }) => !deleted);
    },
    listSkillGroups: () =>
      listWhole("skill groups", route`/routing/skillgroups`, decodeSkillGroup, { pageSize: PAGE }),
    skillGroupSkills: (id) =>
      getOne(route`/routing/skillgroups/${id}`, (group) =>
        readList(group, "skillConditions", decodeCondition).flat(),
      ),
  };
}

function decodeIndex(fields: Fields): DependencyIndex {
  const nameOf = (object: Fields) =>
    readOptionalText(object, "name") ?? readOptionalText(object, "id") ?? "something without a name";
  return {
    status: readText(fields, "status"),
    failed: readOptionalList(fields, "failedObjects", nameOf) ?? [],
  };
}

/** A list may hold one flow in several versions, so that only both together are its own id. */
function decodeConsumer(fields: Fields): ConsumerBody & { readonly deleted: boolean } {
  const id = readText(fields, "id");
  const version = readOptionalText(fields, "version") ?? "";
  return {
    id: `${id} ${version}`,
    name: readOptionalText(fields, "name") ?? id,
    deleted: fields.values["deleted"] === true,
  };
}

function decodeSkillGroup(fields: Fields): SkillGroupBody {
  return { id: readId(fields, "id"), name: readText(fields, "name") };
}

/** The skills of a condition and of those within it: conditions on languages may hold conditions on skills. */
function decodeCondition(fields: Fields): string[] {
  const inner = (holder: Fields) =>
    readOptionalList(holder, "childConditions", decodeCondition)?.flat() ?? [];
  const bySkill = readOptionalList(fields, "routingSkillConditions", (condition) => [
    readText(condition, "routingSkill"),
    ...inner(condition),
  ]);
  const byLanguage = readOptionalList(fields, "languageSkillConditions", inner);
  return [...(bySkill ?? []), ...(byLanguage ?? [])].flat();
}

/** References to skills: flows by id, skill groups by name. */
import type { ReadFunctions } from "./look-up.ts";
import type { Fields } from "./decode.ts";
import { readId, readList, readOptionalList, readOptionalText, readText } from "./decode.ts";
import { route } from "./route.ts";

/** Every method throws ApiError if a list can't be read completely, and never a Failure. */
export interface ReferenceReader {
  /** Whether the index that `consumersOf` searches is built. */
  dependencyIndex(): Promise<DependencyIndex>;
  /** The flows and other Architect objects that use the skill, one for each version. */
  consumersOf(skillId: string): Promise<readonly ConsumerBody[]>;
  listSkillGroups(): Promise<readonly SkillGroupBody[]>;
  /** The names of the skills in the conditions of one skill group. */
  skillGroupSkills(id: string): Promise<readonly string[]>;
}

export interface DependencyIndex {
  /** `OPERATIONAL` if it is built and up to date. */
  readonly status: string;
  /** Names of objects that the last build couldn't analyse. */
  readonly failed: readonly string[];
}

export interface ConsumerBody {
  readonly id: string;
  readonly name: string;
}

interface SkillGroupBody {
  readonly id: string;
  readonly name: string;
}

/** The page size of the vendor's own tools for both lists. */
const PAGE = 100;
/** The type of a skill in dependency tracking. */
const SKILL_TYPE = "ACDSKILL";

export function createReferenceReader({ getOne, listWhole }: ReadFunctions): ReferenceReader {
  const tracking = {
    build: route`/architect/dependencytracking/build`,
    consumers: route`/architect/dependencytracking/consumingresources`,
  };
  return {
    dependencyIndex: () => getOne(tracking.build, decodeIndex),
    async consumersOf(skillId) {
      const query = { id: skillId, objectType: SKILL_TYPE };
      const options = { query, pageSize: PAGE };
      const all = await listWhole("a skill's consumers", tracking.consumers, decodeConsumer, options);
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
    readOptionalText(object, "name") ?? readOptionalText(object, "id") ?? "an object without a name";
  return {
    status: readText(fields, "status"),
    failed: readOptionalList(fields, "failedObjects", nameOf) ?? [],
  };
}

/** Adds the version to the id, because a list may have several versions of one flow. */
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

/** The skills of a condition and of nested ones: conditions on languages may contain conditions on skills. */
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

/** Writes to an organisation, one request for each call. Only a DELETE is retried automatically. */
import type { Dialect } from "../model.ts";
import { decode } from "./answer.ts";
import type { ProfileBody, SkillBody, UserSkillBody } from "./bodies.ts";
import { decodeProfile, decodeSkill } from "./bodies.ts";
import { readFields } from "./decode.ts";
import { DIALECTS } from "./dialect.ts";
import { route } from "./route.ts";
import type { Transport } from "./transport.ts";

/**
 * All methods throw ApiError for errors that the applier must handle, and Failure for errors that only the user can
 * fix. If an answer is lost, the error is `ambiguous`: read before sending it again, since someone may have written
 * in between.
 */
export interface Writer {
  /** `cloud` has no description, and only `cloud` has divisions. */
  createSkill(skill: {
    readonly name: string;
    readonly description?: string;
    readonly divisionId?: string;
  }): Promise<SkillBody>;
  /** Only with `cloud`. */
  moveSkill(id: string, divisionId: string): Promise<void>;
  /** Only with `profiles`. */
  updateSkill(
    id: string,
    skill: { readonly name: string; readonly description: string | null },
  ): Promise<SkillBody>;
  deleteSkill(id: string): Promise<void>;
  /** Adds skills or changes proficiencies, and leaves the user's other skills alone. At most 50 at once. */
  assignSkills(userId: string, skills: readonly UserSkillBody[]): Promise<void>;
  removeSkill(userId: string, skillId: string): Promise<void>;
  /** Only with `profiles`: replaces the profile, so read it first. `skills` are ids. */
  putProfile(
    id: string,
    profile: {
      readonly name: string;
      readonly description: string | null;
      readonly skills: readonly string[];
    },
  ): Promise<ProfileBody>;
}

/** The server refuses longer lists (vendor's Terraform provider). */
export const MAX_ASSIGNMENTS_AT_ONCE = 50;

/** Creates a writer; `explained` turns errors for the user into Failures. */
export function createWriter(
  transport: Pick<Transport, "send">,
  dialect: Dialect,
  explained: <T>(work: () => Promise<T>) => Promise<T>,
): Writer {
  const { hasProfiles } = DIALECTS[dialect];

  function requireProfiles(what: string): void {
    if (!hasProfiles) throw new Error(`The dialect "${dialect}" can't ${what}.`);
  }

  return {
    createSkill: ({ name, description, divisionId }) =>
      explained(async () => {
        const body = hasProfiles
          ? { name, ...(description !== undefined && { description }) }
          : { name, ...(divisionId !== undefined && { divisionId }) };
        const answer = await transport.send({ method: "POST", route: route`/routing/skills`, body });
        return decode(answer, (created) => decodeSkill(readFields(created)));
      }),

    moveSkill: (id, divisionId) =>
      explained(async () => {
        if (hasProfiles) throw new Error(`The dialect "${dialect}" can't change a skill's division.`);
        await transport.send({ method: "PATCH", route: route`/routing/skills/${id}`, body: { divisionId } });
      }),

    updateSkill: (id, { name, description }) =>
      explained(async () => {
        requireProfiles("change a skill");
        const body = { name, description };
        const answer = await transport.send({ method: "PUT", route: route`/routing/skills/${id}`, body });
        return decode(answer, (updated) => decodeSkill(readFields(updated)));
      }),

    deleteSkill: (id) =>
      explained(async () => {
        await transport.send({ method: "DELETE", route: route`/routing/skills/${id}` });
      }),

    assignSkills: (userId, skills) =>
      explained(async () => {
        if (skills.length > MAX_ASSIGNMENTS_AT_ONCE) {
          throw new Error(`${skills.length} skills are too many for one request.`);
        }
        const body = skills.map(({ id, proficiency }) => ({ id, proficiency }));
        const bulk = route`/users/${userId}/routingskills/bulk`;
        await transport.send({ method: "PATCH", route: bulk, body });
      }),

    removeSkill: (userId, skillId) =>
      explained(async () => {
        await transport.send({
          method: "DELETE",
          route: route`/users/${userId}/routingskills/${skillId}`,
        });
      }),

    putProfile: (id, { name, description, skills }) =>
      explained(async () => {
        requireProfiles("change a profile");
        const body = { name, description, routing_skills: skills.map((skill) => ({ id: skill })) };
        const answer = await transport.send({ method: "PUT", route: route`/routing/profiles/${id}`, body });
        return decode(answer, (updated) => decodeProfile(readFields(updated)));
      }),
  };
}

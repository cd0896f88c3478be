/** What a plan says without doing it. */
import type { Live, Note, Operation } from "../model.ts";
import type { Fates } from "./judge/deletes.ts";
import { uncoveredSkills } from "./judge/guards.ts";
import type { Joined } from "./join/join.ts";
import type { JoinedSkills } from "./join/skills.ts";
import type { Tally } from "./judge/terms.ts";

/** What a run that died left undone. */
export interface Unfinished {
  readonly run: string;
  readonly count: number;
}

export function noteAll(
  joined: Joined,
  operations: readonly Operation[],
  live: Live,
  tally: Tally,
  { deletes, unfinished }: { readonly deletes: Fates; readonly unfinished?: Unfinished },
): Note[] {
  const { desired, renames, skills, profiles, users, released } = joined;
  const strangers = skills.strangers
    .filter(({ id, slug }) => !released.has(slug) && !renames.byOldId.has(id))
    .map(({ name }) => name);
  const notes: Note[] = [
    ...renames.notes,
    ...copiedSkills(joined),
    ...deletes.notes.map((note) => countWaiting(note, tally)),
    ...skills.notes,
    ...profiles.notes,
    ...users.notes,
    ...tally.notes,
  ];
  if (live.dialect === "cloud") notes.push(...spelledOtherwise(skills));
  if (tally.adoptedSkills + tally.adoptedAssignments > 0) {
    notes.push({ code: "ADOPTED", skills: tally.adoptedSkills, assignments: tally.adoptedAssignments });
  }
  if (tally.goneSkills + tally.goneAssignments > 0) {
    notes.push({ code: "ALREADY_GONE", skills: tally.goneSkills, assignments: tally.goneAssignments });
  }
  if (strangers.length > 0) notes.push({ code: "UNMANAGED_SKILLS", names: strangers.sort() });
  if (tally.unmanagedAssignments > 0) {
    notes.push({
      code: "UNMANAGED_ASSIGNMENTS",
      count: tally.unmanagedAssignments,
      users: tally.unmanagedUsers.size,
    });
  }
  if (desired.settings.guard.uncovered === "warn") {
    const bare = uncoveredSkills({ skills: skills.rows, users: users.rows, operations });
    notes.push(...bare.map(({ skill, before }) => ({ code: "NOW_UNCOVERED", skill, before }) as const));
  }
  if (unfinished && unfinished.count > 0) notes.push({ code: "UNFINISHED", ...unfinished });
  if (live.view === "limited") notes.push({ code: "LIMITED_VIEW" });
  return notes;
}

/** Old skills of renames that are not ours. */
function copiedSkills({ renames, users }: Joined): Note[] {
  const strangers = [...renames.byNew.values()].flatMap(({ to, olds }) =>
    olds.filter(({ ours }) => !ours).map((old) => ({ to, old })),
  );
  return strangers.map(({ to, old: { id, name } }) => {
    const holders = users.rows.filter(({ user }) => user.skills.has(id)).length;
    return { code: "COPIED", name, to, holders };
  });
}

function countWaiting(note: Note, { waiting }: Tally): Note {
  return note.code === "STILL_USED" ? { ...note, waiting: waiting.get(note.skill) ?? 0 } : note;
}

/** The `cloud` API can't rename, so there another spelling is only said. */
function spelledOtherwise({ rows }: JoinedSkills): Note[] {
  return rows.flatMap(({ slug, desired, live }) =>
    desired && live && desired.name !== live.name
      ? [{ code: "NAME_DIFFERS", skill: slug, desired: desired.name, live: live.name } as const]
      : [],
  );
}

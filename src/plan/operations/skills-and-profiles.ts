/** Turns joined skills and profiles into operations: one for each that has something to change. */
import type {
  CreateSkill,
  EntryChange,
  FieldChange,
  Place,
  Slug,
  UpdateProfile,
  UpdateSkill,
} from "../../model.ts";
import { byText } from "../../text.ts";
import { fingerprint } from "../fingerprint.ts";
import { entriesByHand } from "../join/moves.ts";
import type { EntryCell, ProfileRow } from "../join/profiles.ts";
import type { SkillRow } from "../join/skills.ts";
import { orderChanges } from "./order.ts";
import { patchOf } from "./patch.ts";
import type { Tally, Terms } from "../judge/terms.ts";
import { judgeOrLeave, tallyVerdict } from "../judge/terms.ts";
import { judge } from "../judge/verdict.ts";

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

/** A skill that the YAML names and live lacks. */
export function createSkill({ slug, desired, ledger, live }: SkillRow, terms: Terms): CreateSkill | null {
  if (!desired || live) return null;
  const { name, description } = desired;
  return {
    kind: "create-skill",
    skill: slug,
    name,
    ...(description !== undefined && { description }),
    cause: ledger ? "drift" : "edit",
    origin: desired.origin,
    fingerprint: fingerprint({ target: terms.target, kind: "create-skill", slug, after: name }),
  };
}

/** A skill whose name or description differs; asked only where the dialect can change them. */
export function updateSkill({ slug, desired, ledger, live }: SkillRow, terms: Terms): UpdateSkill | null {
  if (!desired || !live) return null;
  const about = { target: terms.target, kind: "update-skill", holder: live.id, slug, origin: desired.origin };
  const changes = [
    ...fieldChange("name", { ledger: ledger?.name, desired: desired.name, live: live.name }, about),
    ...fieldChange(
      "description",
      { ledger: ledger?.description, desired: desired.description, live: live.description ?? undefined },
      about,
    ),
  ];
  return changes.length > 0 ? { kind: "update-skill", skill: slug, id: live.id, changes } : null;
}

interface About {
  readonly target: string;
  readonly kind: string;
  readonly holder: string;
  readonly slug: Slug;
  readonly origin: Place;
}

interface TextCell {
  readonly ledger: string | undefined;
  readonly desired: string | undefined;
  readonly live: string | undefined;
}

/** Of a text, "not there" and empty are the same, and the YAML leaving it out is never a difference. */
function fieldChange(field: "name" | "description", cell: TextCell, about: About): FieldChange[] {
  const { ledger, desired, live = "" } = cell;
  if (desired === undefined) return [];
  const verdict = judge({ desired, live, ...(ledger !== undefined && { ledger }) });
  if (verdict.kind !== "update") return [];
  const before = live === "" ? null : live;
  return [
    {
      field,
      before,
      after: desired,
      patch: patchOf([field], before, desired),
      // Nothing was written by hand where there was nothing, and a spelling is no one's work to lose.
      cause: ledger === undefined && (before === null || field === "name") ? "edit" : verdict.cause,
      origin: about.origin,
      fingerprint: fingerprint({ ...about, kind: `${about.kind}/${field}`, after: desired }),
    },
  ];
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

export function updateProfile(row: ProfileRow, terms: Terms, tally: Tally): UpdateProfile | null {
  const { slug, live, desired, ledger } = row;
  const origin = desired?.origin;
  const about = origin && { target: terms.target, kind: "update-profile", holder: live.id, slug, origin };
  const declared = about && desired.declared ? desired : undefined;
  const changes =
    about && declared
      ? [
          ...fieldChange("name", { ledger: ledger?.name, desired: declared.name, live: live.name }, about),
          ...fieldChange(
            "description",
            {
              ledger: ledger?.description,
              desired: declared.description,
              live: live.description ?? undefined,
            },
            about,
          ),
        ]
      : [];
  const byHand = entriesByHand(row, terms.renames);
  const entries = [
    ...[...byHand].flatMap((skill) => entryMoved(skill, row, terms)),
    ...row.cells
      .filter(({ skill }) => !byHand.has(skill))
      .flatMap((cell) => entryChange(cell, row, terms, tally)),
  ].sort((a, b) => byText(a.skill, b.skill));
  if (changes.length === 0 && entries.length === 0) return null;
  return {
    kind: "update-profile",
    profile: slug,
    id: live.id,
    name: live.name,
    changes,
    entries: orderChanges(entries, 0),
  };
}

function entryChange(cell: EntryCell, row: ProfileRow, terms: Terms, tally: Tally): EntryChange[] {
  const { skill } = cell;
  const verdict = judgeOrLeave(
    {
      ...(cell.ledger && { ledger: true }),
      ...(cell.desired && { desired: true }),
      ...(cell.live && { live: true }),
    },
    { kind: "profile", holder: row.live.name, named: true, skill },
    terms,
    tally,
  );
  if (verdict.kind !== "add" && verdict.kind !== "remove") {
    tallyVerdict(verdict, null, tally);
    return [];
  }
  const kind = verdict.kind === "add" ? "gain" : "lose";
  const origin = cell.desired ?? terms.former.originOf(row.slug, skill);
  return [{ ...entryOf(kind, skill, row, terms), cause: verdict.cause, ...(origin && { origin }) }];
}

/** Who had an old skill by hand has the new one by hand, though it was ours before. */
function entryMoved(skill: Slug, row: ProfileRow, terms: Terms): EntryChange[] {
  const isThere = row.cells.some((cell) => cell.skill === skill && cell.live);
  return isThere ? [] : [{ ...entryOf("gain", skill, row, terms), byHand: true, cause: "edit" }];
}

function entryOf(kind: EntryChange["kind"], skill: Slug, { live }: ProfileRow, { target }: Terms) {
  const [before, after] = kind === "gain" ? ([null, true] as const) : ([true, null] as const);
  return {
    kind,
    skill,
    patch: patchOf(["skills", skill], before, after),
    fingerprint: fingerprint({ target, kind: "update-profile", holder: live.id, slug: skill, after }),
  };
}

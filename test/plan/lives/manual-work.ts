/** What people may do in the organisation in one step. Each answers what it did, or undefined where it can't be done. */
import type { Ledger } from "../../../src/model.ts";
import { NAMES } from "./edits.ts";
import type { Organisation, OrganisationSkill, Person } from "./organisation.ts";
import { newId, removeSkill, setLevel } from "./organisation.ts";
import type { Random } from "./random.ts";
import { drawLevel } from "./random.ts";

export type ManualWork = (
  organisation: Organisation,
  random: Random,
  ledger: Ledger | null,
) => string | undefined;

const give: ManualWork = ({ users, skills }, random) => {
  const person = random.pick(users.values());
  const skill = person && random.pick([...skills.values()].filter(({ id }) => !person.skills.has(id)));
  if (!skill || person.state === "deleted") return undefined;
  const level = drawLevel(random);
  setLevel(users, person.id, skill.id, level);
  return `${person.id} is given ${label(skill)} at ${level}`;
};

const take: ManualWork = ({ users, skills }, random) => {
  const person = random.pick([...users.values()].filter((one) => one.skills.size > 0));
  const skill = person && skills.get(random.pick(person.skills.keys()) ?? "");
  if (!skill) return undefined;
  setLevel(users, person.id, skill.id, undefined);
  return `${label(skill)} is taken from ${person.id}`;
};

const changeLevel: ManualWork = ({ users, skills }, random) => {
  const person = random.pick([...users.values()].filter((one) => one.skills.size > 0));
  const skill = person && skills.get(random.pick(person.skills.keys()) ?? "");
  if (!skill) return undefined;
  const level = drawLevel(random);
  setLevel(users, person.id, skill.id, level);
  return `${person.id} has ${label(skill)} at ${level} now`;
};

const createSkill: ManualWork = (organisation, random) => {
  const name = random.pick(NAMES);
  return name === undefined || isTaken(name, organisation) ? undefined : addSkill(name, organisation, random);
};

/** A second skill of exactly the name, or of one that folds alike. */
const makeTwin: ManualWork = (organisation, random) => {
  const skill = random.pick(organisation.skills.values());
  if (!skill) return undefined;
  const name = random.chance(0.5) ? skill.name : skill.name.toUpperCase();
  return addSkill(name, organisation, random);
};

const deleteSkill: ManualWork = (organisation, random) => {
  const skill = random.pick(organisation.skills.values());
  if (!skill) return undefined;
  removeSkill(organisation, skill.id);
  return `${label(skill)} is deleted`;
};

/** Only one of the APIs can. */
const renameSkill: ManualWork = (organisation, random) => {
  const [skill, name] = [random.pick(organisation.skills.values()), random.pick(NAMES)];
  if (!skill || name === undefined || organisation.dialect === "cloud" || isTaken(name, organisation))
    return undefined;
  organisation.skills.set(skill.id, { ...skill, name });
  return `${label(skill)} is called ${name} now`;
};

/** An administrator puts the old one away and makes a new one of its name. */
const archiveSkill: ManualWork = (organisation, random) => {
  const skill = random.pick(organisation.skills.values());
  if (!skill || organisation.dialect === "cloud") return undefined;
  organisation.skills.set(skill.id, { ...skill, name: `${skill.name} Archive` });
  return `${label(skill)} is called ${skill.name} Archive now; ${addSkill(skill.name, organisation, random)}`;
};

const toggleSkill: ManualWork = ({ skills }, random) => {
  const skill = random.pick(skills.values());
  if (!skill || random.chance(0.5)) return undefined;
  const state = skill.state === "active" ? "inactive" : "active";
  skills.set(skill.id, { ...skill, state });
  return `${label(skill)} is ${state} now`;
};

const toggleUser: ManualWork = ({ users }, random) => {
  const person = random.pick(users.values());
  if (!person || person.state === "deleted" || !hasOwnEmail(person, users)) return undefined;
  const state = person.state === "active" ? "inactive" : "active";
  users.set(person.id, { ...person, state });
  return `${person.id} is ${state} now`;
};

const deleteUser: ManualWork = ({ users }, random) => {
  const person = random.pick(users.values());
  // Whoever is deleted under another e-mail than the YAML's is unknown from the next plan on.
  const isOwn = person?.email === `${person?.id ?? ""}@example.com`;
  if (!person || !isOwn || person.state === "deleted" || random.chance(0.6)) return undefined;
  users.set(person.id, { ...person, state: "deleted", skills: new Map() });
  return `${person.id} is deleted`;
};

const swapEmails: ManualWork = ({ users }, random) => {
  const [one, two] = random.shuffle([...users.values()].filter(({ state }) => state !== "deleted"));
  if (!one || !two) return undefined;
  users.set(one.id, { ...one, email: two.email });
  users.set(two.id, { ...two, email: one.email });
  return `${one.id} and ${two.id} swap their e-mails (${one.email}, ${two.email})`;
};

/** Somebody is called otherwise, and a newcomer may get the address. */
const passEmailOn: ManualWork = (organisation, random) => {
  const { users } = organisation;
  const person = random.pick([...users.values()].filter(({ state }) => state !== "deleted"));
  if (!person) return undefined;
  const email = `${newId("new", organisation)}@example.com`;
  users.set(person.id, { ...person, email });
  if (random.chance(0.5)) return `${person.id} has the e-mail ${email} now`;
  const newcomer: Person = {
    ...{ id: newId("u", organisation), email: person.email, state: "active", skills: new Map() },
  };
  users.set(newcomer.id, newcomer);
  return `${person.id} has the e-mail ${email} now, and the newcomer ${newcomer.id} has ${person.email}`;
};

const changeMembers: ManualWork = ({ groups, users }, random) => {
  const [group, person] = [random.pick(groups.values()), random.pick(users.values())];
  if (!group || !person) return undefined;
  if (group.members.delete(person.id)) return `${person.id} leaves ${group.id} ${group.name}`;
  group.members.add(person.id);
  return `${person.id} joins ${group.id} ${group.name}`;
};

const changeGroups: ManualWork = (organisation, random) => {
  const { groups } = organisation;
  const group = random.pick(groups.values());
  if (!group) return undefined;
  if (groups.size > 2 && random.chance(0.6)) {
    groups.delete(group.id);
    return `group ${group.id} ${group.name} is deleted`;
  }
  if (random.chance(0.5)) return undefined;
  const members = new Set(random.shuffle(organisation.users.keys()).slice(0, random.below(3)));
  const twin = { id: newId("g", organisation), name: group.name, members };
  groups.set(twin.id, twin);
  return `a second group ${group.name} (${twin.id}) of ${[...members].join(", ") || "nobody"}`;
};

const changeProfile: ManualWork = ({ profiles, skills }, random) => {
  const [profile, skill] = [random.pick(profiles.values()), random.pick(skills.values())];
  if (!profile || !skill) return undefined;
  const entries = new Set(profile.skills);
  const isGone = entries.delete(skill.id);
  if (!isGone) entries.add(skill.id);
  profiles.set(profile.id, { ...profile, skills: entries });
  return `profile ${profile.name} ${isGone ? "without" : "with"} ${label(skill)}`;
};

/** A flow begins or ceases to refer to a skill, most often one that the ledger holds. */
const changeReferences: ManualWork = ({ skills, referred }, random, ledger) => {
  const known = new Set(ledger?.skills.map(({ id }) => id));
  const skill = random.pick([...skills.values()].filter(({ id }) => known.has(id)));
  if (!skill) return undefined;
  if (referred.delete(skill.id)) return `no flow refers to ${label(skill)} any more`;
  if (random.chance(0.5)) return undefined;
  referred.add(skill.id);
  return `a flow refers to ${label(skill)}`;
};

/** The common ones stand more than once. */
export const MANUAL_WORK: readonly ManualWork[] = [
  ...[give, give, give, give, give, give, take, take, take, changeLevel, changeLevel, changeLevel],
  ...[createSkill, createSkill, makeTwin, deleteSkill, renameSkill, renameSkill, archiveSkill, toggleSkill],
  ...[toggleUser, toggleUser, toggleUser, deleteUser, swapEmails, passEmailOn, changeMembers, changeMembers],
  ...[changeGroups, changeProfile, changeProfile, changeReferences],
];

function addSkill(name: string, organisation: Organisation, random: Random): string {
  const skill: OrganisationSkill = {
    ...{ id: newId("s", organisation), name, state: "active", description: null },
  };
  organisation.skills.set(skill.id, skill);
  const people = random.shuffle([...organisation.users.values()].filter(({ state }) => state !== "deleted"));
  const holders = people.slice(0, random.below(3)).map(({ id }) => {
    const level = drawLevel(random);
    setLevel(organisation.users, id, skill.id, level);
    return `${id} at ${level}`;
  });
  return `somebody makes ${label(skill)} for ${holders.join(", ") || "nobody"}`;
}

function label({ id, name }: OrganisationSkill): string {
  return `${id} ${name}`;
}

function isTaken(wanted: string, { skills }: Organisation): boolean {
  return [...skills.values()].some(({ name }) => name === wanted);
}

function hasOwnEmail({ id, email, state }: Person, users: Organisation["users"]): boolean {
  return state === "active" || ![...users.values()].some((one) => one.id !== id && one.email === email);
}

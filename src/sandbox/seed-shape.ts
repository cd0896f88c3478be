/** The shape of a seed. `npm run schemas` writes schemas/sandbox-seed.schema.json from it; errors show the titles. */
import type { RecordState } from "./data.ts";

/**
 * The initial data of a sandbox organisation. References are by name, to users by e-mail. An id that is left out is
 * computed from the kind and the name, and is the same in every run. Skills, groups and profiles may share a name if
 * each has its own id; a reference by that name means the first of them that isn't deleted.
 *
 * @title a seed
 */
export interface Seed {
  /**
   * The address of this schema, for editors.
   *
   * @title a text
   */
  $schema?: string;
  /** Default: an organisation called Sandbox. */
  organization?: SeedOrganization;
  /**
   * If none is the home division, one called Home is added.
   *
   * @title a list of divisions
   */
  divisions?: SeedDivision[];
  /** @title a list of skills */
  skills?: SeedSkill[];
  /** @title a list of users */
  users?: SeedUser[];
  /** @title a list of groups */
  groups?: SeedGroup[];
  /**
   * Routing profiles, which only the `profiles` API shows.
   *
   * @title a list of routing profiles
   */
  profiles?: SeedProfile[];
  /**
   * Skill groups; the skills in their conditions need not exist.
   *
   * @title a list of skill groups
   */
  skillGroups?: SkillConsumer[];
  /**
   * Flows; a skill is in use while a flow uses it.
   *
   * @title a list of Architect flows
   */
  flows?: SkillConsumer[];
}

/** @title an organisation */
interface SeedOrganization {
  id?: Id;
  name?: Text;
  /**
   * Its country code. Default: US.
   *
   * @title a code of two capital letters
   * @pattern ^[A-Z]{2}$
   */
  country?: string;
  /**
   * Its language. Default: en-US.
   *
   * @title a language tag such as en-US
   * @pattern ^[a-z]{2,3}(-[A-Za-z0-9]+)*$
   */
  language?: string;
}

export interface SeedEntry {
  id?: Id;
  name: Text;
}

/** @title a division */
interface SeedDivision extends SeedEntry {
  /**
   * Whether it is the division of users without `division`. Default: false.
   *
   * @title true or false
   */
  home?: boolean;
}

/** @title a skill */
interface SeedSkill extends SeedEntry {
  description?: FreeText;
  /** Default: none, so that every client sees the skill. */
  division?: DivisionName;
  state?: RecordState;
}

/** @title a user */
interface SeedUser extends SeedEntry {
  email: Email;
  state?: RecordState;
  /** Default: the home division. */
  division?: DivisionName;
  department?: Text;
  title?: Text;
  /** The user's skills, each with its proficiency. */
  skills?: Levels;
}

/** @title a group */
interface SeedGroup extends SeedEntry {
  /**
   * Default: active.
   *
   * @title active or inactive
   */
  state?: "active" | "inactive";
  members?: Emails;
  /** Owners count as members too. */
  owners?: Emails;
}

/** @title a routing profile */
interface SeedProfile extends SeedEntry {
  description?: FreeText;
  /** @title the name of another profile */
  parent?: string;
  skills?: SkillNames;
}

/** @title a skill group or a flow */
interface SkillConsumer extends SeedEntry {
  skills: SkillNames;
}

/**
 * @title an id
 * @pattern \S
 */
type Id = string;

/**
 * @title a text
 * @pattern \S
 */
type Text = string;

/** @title a text */
type FreeText = string;

/** @title the name of a division */
type DivisionName = string;

/**
 * @title an e-mail address
 * @pattern ^[^\s@]+@[^\s@]+$
 */
type Email = string;

/** @title a list of e-mail addresses */
type Emails = Email[];

/** @title a list of names of skills */
type SkillNames = Text[];

/**
 * @title a number from 0 to 5
 * @minimum 0
 * @maximum 5
 */
type Level = number;

/** @title proficiencies by name of skill */
type Levels = { [skill: string]: Level };

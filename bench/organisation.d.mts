/** The types of organisation.mjs, for the tests. */
import type { Ledger } from "../src/model.ts";
import type { Seed } from "../src/sandbox/sandbox.ts";

export interface Size {
  readonly skills: number;
  readonly users: number;
  readonly skillsPerUser: number;
  readonly profiles: number;
  readonly groups: number;
}

export interface Organisation {
  readonly skills: readonly { readonly id: string; readonly name: string }[];
  readonly users: readonly { readonly id: string; readonly email: string }[];
}

export const SIZES: Readonly<Record<"S" | "M" | "L", Size>>;
export function makeOrganisation(size: "S" | "M" | "L" | Size, seed?: number): Organisation;
export function without(organisation: Organisation, missing: number): Organisation;
export function makeFiles(organisation: Organisation): Map<string, string>;
export function sandboxSeed(organisation: Organisation): Seed;
export function ledgerOf(
  organisation: Organisation,
  about: { readonly target: string; readonly slugOf: (name: string) => string; readonly revision?: string },
): Ledger;

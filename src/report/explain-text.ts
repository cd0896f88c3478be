/** Facts about a skill, a user or a profile as text for somebody who wants to know why. */
import type { Explained, Explanation, UserExplanation } from "../plan/explain.ts";
import { countUnnamed } from "../plan/explain.ts";
import type { EntryFact, MemberFacts, ProfileExplanation } from "../plan/explain-profile.ts";
import type { SkillExplanation } from "../plan/explain-skill.ts";
import type { Counts, Holding, UserFact } from "../plan/holding.ts";
import { count, printable } from "../text.ts";
import { holdingLines } from "./explain-why.ts";
import type { Paint } from "./paint.ts";
import { alignTable } from "./text-table.ts";
import { listNames, placeWords, proficiencyWords, quoted } from "./words.ts";

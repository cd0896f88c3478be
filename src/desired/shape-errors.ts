/** The schema validator's errors in plain sentences: what was expected, and what was found. */
import type { ErrorObject } from "ajv/dist/2020.js";
import type { Place } from "../model.ts";
import { nearest, printable } from "../text.ts";
import { describeCharacter } from "./characters.ts";
import type { FileKind } from "./files.ts";
import { badSlug, remarkOnOddName } from "./names.ts";
import type { ProblemDraft } from "./problems.ts";
import type { Tree } from "./tree.ts";
import { describeTree, treeAt } from "./tree.ts";

/** A validator error with everything that its message needs. */
interface ShapeError {
  readonly error: ErrorObject;
  readonly tree: Tree;
  readonly place: Place;
  /** The title of the value in the schema: `Name of the skill`. */
  readonly title: string;
  readonly kind: FileKind;
}

/** Turns one error of the validator into a problem. */
export function describeError(error: ErrorObject, root: Tree, kind: FileKind): ProblemDraft {
  const tree = treeAt(root, error.instancePath) ?? root;
  const finding: ShapeError = { error, tree, place: tree.place, title: titleOf(error), kind };
  switch (error.keyword) {
    case "additionalProperties":
      return unknownField(finding);
    case "required":
      return missingField(finding);
    case "type":
    case "anyOf":
      return wrongType(finding);
    case "minimum":
    case "maximum":
      return outOfRange(finding);
    case "enum":
      return wrongChoice(finding);
    case "minLength":
    case "maxLength":
      return wrongLength(finding);
    default:
      return wrongFormat(finding);
  }
}

function unknownField({ error, tree, title, kind }: ShapeError): ProblemDraft {
  const field = String(error.params["additionalProperty"]);
  const known = Object.keys(schemaOf(error)["properties"] ?? {}).filter((name) => !name.startsWith("$"));
  const meant = nearest(field, known);
  const isPermission = kind === "settings" && /^(allow|force|skip|ignore)/iu.test(field);
  return {
    code: "UNKNOWN_FIELD",
    message: `"${field}" is not a field of ${inSentence(title)}.`,
    place: (tree.kind === "mapping" ? tree.fields.get(field)?.place : undefined) ?? tree.place,
    hint: isPermission
      ? "Settings hold thresholds, never permissions: a refusal is allowed for one plan, with --allow or a label on its pull request."
      : (describePunctuation(field, known) ??
        `${meant === undefined ? "" : `Did you mean "${meant}"? `}Its fields are: ${known.join(", ")}.${remarkOnOddName(field)}`),
  };
}

/** In braces `proficiency: 2,5` and `proficiency:2` are fields called `5` and `proficiency:2`. */
function describePunctuation(field: string, known: readonly string[]): string | undefined {
  if (/^\d+$/u.test(field))
    return "Write a decimal number with a point, such as 2.5; a comma ends the value.";
  const [, name = "", value = ""] = /^(\w+):(.+)$/u.exec(field) ?? [];
  return known.includes(name) ? `Put a space after the colon: ${name}: ${value}` : undefined;
}

function missingField({ error, place, title }: ShapeError): ProblemDraft {
  const field = String(error.params["missingProperty"]);
  return {
    code: "MISSING_FIELD",
    message: `The field "${field}" is missing in this ${withoutArticle(title)}.`,
    place,
    hint: `Add a line "${field}: …".`,
  };
}

function wrongType({ error, tree, place, title }: ShapeError): ProblemDraft {
  const wanted = error.keyword === "anyOf" ? inSentence(title) : typeInWords(String(error.params["type"]));
  const subject = error.keyword === "anyOf" ? "" : `${title}: `;
  return {
    code: "WRONG_TYPE",
    message: capitalized(`${subject}expected ${wanted}, found ${describeTree(tree)}.`),
    place,
    hint: missingSpace(tree) ?? hintForType(String(error.params["type"]), tree) ?? descriptionOf(error),
  };
}

/** Where a text may stand, `Front line: Days` is a field and its value: the only field, and a name that no field has. */
export function dividedText(tree: Tree): ProblemDraft | undefined {
  const [only, ...others] = tree.kind === "mapping" ? [...tree.fields] : [];
  if (!only || others.length > 0 || /^[a-z_]+$/u.test(only[0])) return undefined;
  const [name, { value }] = only;
  if (value.kind !== "scalar") return undefined;
  const text = `${name}: ${value.source}`.replace(/^[\u2018-\u201f](.*)[\u2018-\u201f]$/su, "$1");
  return {
    code: "WRONG_TYPE",
    message: "The colon divides this text into a field and its value.",
    place: tree.place,
    hint: `Put straight quotes around all of it: "${printable(text, 100)}".`,
  };
}

/** `name:A`, `-ann@example.com`, or a no-break space where the ordinary one belongs: YAML takes each for one text. */
function missingSpace(tree: Tree): string | undefined {
  if (tree.kind !== "scalar" || typeof tree.value !== "string") return undefined;
  const [, dash, field, odd = "", rest = ""] =
    /^(?:(-)|([^:]+:))(\p{Zs}*)([^\s:/].*)$/su.exec(tree.source) ?? [];
  if (rest === "" || odd.includes(" ")) return undefined;
  const sign = dash === undefined ? "colon" : "dash";
  const what = odd === "" ? "Put a space" : `This is ${describeCharacter(odd)}: type an ordinary space`;
  return `${what} after the ${sign}: ${dash ?? field ?? ""} ${printable(rest, 60)}`;
}

function hintForType(wanted: string, tree: Tree): string | undefined {
  if (tree.kind !== "scalar")
    return wanted === "string" ? "Write one text, without brackets or dashes." : undefined;
  if (tree.value === null)
    return wanted === "array" || wanted === "object"
      ? "Take this line out too, or write below it what belongs there."
      : 'Write a value after the colon, or remove the line. One that begins with "#" needs quotes.';
  if (wanted === "string") return `Put it in quotes: "${tree.source}".`;
  if (wanted === "array") return `Write a list: [${tree.source}], or a line beginning with - for each.`;
  if (wanted === "boolean") return "Write true or false.";
  if (/^\d+,\d+$/u.test(tree.source))
    return `Write a decimal number with a point: ${tree.source.replace(",", ".")}.`;
  return typeof tree.value === "string" && tree.value.trim() !== "" && Number.isFinite(Number(tree.value))
    ? `Write ${tree.value} without quotes.`
    : undefined;
}

function outOfRange({ error, tree, place, title }: ShapeError): ProblemDraft {
  const { minimum, maximum, type } = schemaOf(error);
  const shown = (limit: unknown): string =>
    type === "number" && maximum !== 1 ? Number(limit).toFixed(1) : String(limit);
  const range =
    maximum === undefined ? `${shown(minimum)} or more` : `${shown(minimum)} to ${shown(maximum)}`;
  return {
    code: "OUT_OF_RANGE",
    message: `${title}: expected ${range}, found ${describeTree(tree)}.`,
    place,
    hint: descriptionOf(error),
  };
}

function wrongChoice({ error, tree, place, title }: ShapeError): ProblemDraft {
  const choices = Array.isArray(error.params["allowedValues"])
    ? error.params["allowedValues"].map(String)
    : [];
  const meant = tree.kind === "scalar" ? nearest(tree.source, choices) : undefined;
  return {
    code: "WRONG_CHOICE",
    message: `${title}: expected ${choices.join(" or ")}, found ${describeTree(tree)}.`,
    place,
    hint: meant === undefined ? descriptionOf(error) : `Did you mean "${meant}"?`,
  };
}

function wrongLength({ error, place, title }: ShapeError): ProblemDraft {
  return error.keyword === "minLength"
    ? {
        code: "EMPTY_TEXT",
        message: `${title}: expected a text, found an empty one.`,
        place,
        hint: descriptionOf(error),
      }
    : {
        code: "TEXT_TOO_LONG",
        message: `${title}: expected at most ${String(error.params["limit"])} characters.`,
        place,
        hint: "Shorten it. A missing quote further up can also make a text this long.",
      };
}

function wrongFormat({ error, tree, place, title }: ShapeError): ProblemDraft {
  if (title === "Slug" && tree.kind === "scalar") return badSlug({ value: String(tree.value), place });
  return {
    code: "WRONG_FORMAT",
    message: `${title}: ${describeTree(tree)} does not look like one.`,
    place,
    ...(describeUser(error, tree) ?? {
      hint: patternWordsOf(error) ?? descriptionOf(error),
    }),
  };
}

/** Explains an e-mail with other text around it, or a display name. */
function describeUser(
  error: ErrorObject,
  tree: Tree,
): Pick<ProblemDraft, "hint" | "displayName"> | undefined {
  if (tree.kind !== "scalar" || titleOf(error) !== "User") return undefined;
  const [email] = /[^\s<>@,;:"']+@[^\s<>@,;:"']+/u.exec(tree.source) ?? [];
  if (email !== undefined) return { hint: `Write only ${email}.${remarkOnOddName(tree.source)}` };
  if (!/\s/u.test(tree.source)) return undefined;
  return {
    displayName: tree.source,
    hint: "This looks like a display name, which two people may share: write the user's e-mail, such as ann@example.com, or the id. The person's page in Genesys shows the e-mail.",
  };
}

// ── Titles, descriptions and messages in the schema ──────────────────────────────────────────────────

function schemaOf(error: ErrorObject): Readonly<Record<string, unknown>> {
  return error.parentSchema ?? {};
}

function titleOf(error: ErrorObject): string {
  const { title } = schemaOf(error);
  return typeof title === "string" ? title : "Value";
}

/** What an editor shows in place of the pattern. */
function patternWordsOf(error: ErrorObject): string | undefined {
  const { patternErrorMessage } = schemaOf(error);
  return typeof patternErrorMessage === "string" ? patternErrorMessage : undefined;
}

function descriptionOf(error: ErrorObject): string | undefined {
  const { description } = schemaOf(error);
  return typeof description === "string" ? description : undefined;
}

/** `Skill` gives `a skill`, `E-mail of a user` gives `an e-mail of a user`. */
function inSentence(title: string): string {
  if (/^(?:Settings|Members)$/u.test(title)) return title.toLowerCase();
  return `${/^[AEIO]/u.test(title) ? "an" : "a"} ${withoutArticle(title)}`;
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function withoutArticle(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}

function typeInWords(type: string): string {
  switch (type) {
    case "string":
      return "text";
    case "array":
      return "a list";
    case "object":
      return "fields (a mapping)";
    case "boolean":
      return "true or false";
    case "integer":
      return "a whole number";
    default:
      return `a ${type}`;
  }
}

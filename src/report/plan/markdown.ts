/** A plan as Markdown: important parts first, details folded, cut to the size that fits. */
import type { Plan } from "../../model.ts";
import type { Block, Fitted } from "../fit.ts";
import { fit } from "../fit.ts";
import type { Impact } from "../impact/facts.ts";
import { fenced, inline } from "../markdown-safe.ts";
import type { FilesOnGitHub, LinkTo } from "../phrase-markdown.ts";
import { linksTo, markdown, NO_LINKS } from "../phrase-markdown.ts";
import { foldedBlock, toBlock } from "../section.ts";
import { costLine, ESTIMATE } from "../words.ts";
import { diffsOf } from "./diffs.ts";
import { planGraph } from "./graph.ts";
import { scheduleSection } from "./schedule.ts";
import type { Besides, Occasion } from "./sections.ts";
import {
  allowedSection,
  besidesBlocks,
  changeSections,
  endSection,
  impactBlock,
  lossSection,
  noteBlock,
  refusalSection,
  removalSection,
  renameSection,
  warningSection,
} from "./sections.ts";
import { causesPhrase, headline, noLedgerPhrase, peoplePhrase } from "./sentences.ts";
import type { PlanView } from "./view.ts";
import { planView } from "./view.ts";

/** Facts that are shown beside the plan. */
export interface PlanExtras {
  readonly besides?: Besides;
  /** Sentences about labels without effect. */
  readonly warnings?: readonly string[];
  /** The facts of the impact report, for a table of the skills that change. */
  readonly impact?: Impact;
  /** The files on GitHub, for links to their lines. */
  readonly files?: FilesOnGitHub;
  /** Default: 60,000 for posts on GitHub, otherwise unlimited. */
  readonly maxBytes?: number;
}

/** For a file or a job's summary. Users that the YAML doesn't name are counted, unless they lose a skill. */
export function planMarkdown(plan: Plan, options: PlanExtras = {}): string {
  return fitPlan(plan, {
    maxBytes: Number.POSITIVE_INFINITY,
    ...options,
    intro: (facts, dropped) => [
      planTitle(plan),
      ...facts,
      ...(dropped.length > 0 ? [`Left out: ${dropped.join(", ")}.`] : []),
    ],
  }).text;
}

export function planTitle({ target, organization, isEstimate }: Plan): string {
  const where = isEstimate ? "" : ` (${inline(organization.name)})`;
  return `## Routing skills: ${inline(target)}${where}`;
}

interface PlanBody extends PlanExtras {
  /** The text above the plan, around its facts; it says what was left out. */
  readonly intro: (facts: readonly string[], dropped: readonly string[]) => readonly string[];
  /** Default: `plan`. */
  readonly occasion?: Occasion;
}

/** A plan below an introduction, in at most `maxBytes` bytes. Links are dropped before anything else. */
export function fitPlan(plan: Plan, body: PlanBody): Fitted {
  const view = planView(plan);
  const facts = planFacts(view, body);
  const render = (linkTo: LinkTo): Fitted =>
    fit({ ...body, intro: (dropped) => body.intro(facts, dropped), blocks: blocksOf(view, body, linkTo) });
  const linked = render(body.files ? linksTo(body.files) : NO_LINKS);
  return linked.isWhole ? linked : render(NO_LINKS);
}

/** The plan in one sentence for people and one for tools, and the warnings about it. */
function planFacts(view: PlanView, { occasion, besides }: PlanBody): string[] {
  const { plan } = view;
  const [noLedger, causes] = [
    noLedgerPhrase(plan),
    causesPhrase(plan, occasion === "pull-request" ? askedBy(besides) : null),
  ];
  return [
    `**${markdown(peoplePhrase(view))}**`,
    ...(plan.isEstimate ? [ESTIMATE] : []),
    ...(noLedger ? [markdown(noLedger)] : []),
    headline(plan),
    ...(causes ? [markdown(causes)] : []),
  ];
}

/** If the changes waiting on main are shown separately, all other edits belong to the pull request. */
function askedBy(besides: Besides | undefined): "pull-request" | "pull-request-or-main" {
  return besides?.isMainValid === true ? "pull-request" : "pull-request-or-main";
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────

function blocksOf(
  view: PlanView,
  { warnings = [], impact, occasion, besides }: PlanBody,
  linkTo: LinkTo,
): (Block | string)[] {
  const { plan } = view;
  const { stages, fingerprint } = plan;
  return [
    ...[
      refusalSection(plan, occasion),
      allowedSection(plan),
      lossSection(view, occasion),
      endSection(view, occasion),
      removalSection(view, occasion),
      warningSection(plan, warnings),
      renameSection(view),
      ...changeSections(view, occasion, { isOwn: besides?.isMainValid === true }),
      scheduleSection(plan),
    ].map((section) => toBlock(section, linkTo)),
    ...(besides ? besidesBlocks(besides, linkTo) : []),
    impactBlock(impact),
    noteBlock(plan, linkTo),
    ...(occasion === "drift"
      ? [diffBlock(view, "Now (-), and as it was applied (+)")]
      : [
          graphBlock(view),
          diffBlock(view, "Before and after"),
          stages.length > 0 ? `${costLine(plan)} Fingerprint \`${fingerprint}\`.` : "",
        ]),
  ];
}

function graphBlock(view: PlanView): Block {
  const graph = planGraph(view);
  const pictures = graph === null ? [] : [fenced("mermaid", graph)];
  return picturesBlock("Picture of the changes", "the picture of the changes", pictures);
}

function diffBlock(view: PlanView, title: string): Block {
  const diffs = diffsOf(view).map((diff) => fenced("diff", diff));
  return picturesBlock(title, "some of the diffs", diffs);
}

function picturesBlock(title: string, says: string, pictures: readonly string[]): Block {
  const render = (shown: number): string => pictures.slice(0, shown).join("\n\n");
  return foldedBlock(title, { says, share: 0, lines: pictures.length, render });
}

import { expect, test } from "vitest";
import { allowedByLabels } from "../../src/github/labels.ts";

function allow(...labels: string[]): unknown {
  const { allowed, problems } = allowedByLabels({ labels, isOpen: true });
  return { allowed: [...allowed], problems: problems.map(({ code, hint }) => [code, hint]) };
}

test("a label lets its refusal through, in any case of letters", () => {
  expect(allow("allow:SKILL_DELETE", "Allow: uncovered", "bug")).toEqual({
    allowed: ["SKILL_DELETE", "UNCOVERED"],
    problems: [],
  });
});

test.each(["INCOMPLETE", "WRONG_ORG", "PROTECTED", "UNREVIEWED", "AMBIGUOUS", "TOO_MANY_SKILLS", ""])(
  "no label lets %s through",
  (code) => {
    expect(allow(`allow:${code}`)).toMatchObject({
      allowed: [],
      problems: [["ALLOW_LABEL", expect.any(String)]],
    });
  },
);

test("a misspelt label is answered with the right one", () => {
  expect(allow("allow:SKILL_DELET")).toEqual({
    allowed: [],
    problems: [["ALLOW_LABEL", "Did you mean allow:SKILL_DELETE?"]],
  });
});

test("labels of a closed pull request allow nothing", () => {
  const { allowed, problems } = allowedByLabels({ labels: ["allow:SKILL_DELETE"], isOpen: false });
  expect([[...allowed], problems]).toEqual([[], []]);
});

/** Decides at each request which faults strike, by counting. */
import type { Faults, Trigger, TriggerName } from "./faults.ts";

interface Count {
  matched: number;
  struck: number;
}

/** What a request meets before the work; `lostAnswer` comes after it. */
export type Misfortune = "tooManyRequests" | "serverError" | "reset" | "lostAnswer";

/** The faults that are on, and how often each has been met. */
export class FaultBox {
  #faults: Faults;
  readonly #counts = new Map<TriggerName, Count>();
  #requests = 0;
  #died = false;
  #random: () => number;
  readonly #onKill: (() => void) | undefined;

  /** `onKill` is called once each time that the sandbox dies. */
  constructor(faults: Faults = {}, onKill?: () => void) {
    this.#onKill = onKill;
    this.#faults = { ...faults };
    this.#random = dice(faults.seed ?? 1);
  }

  /** The faults that are on. */
  get on(): Readonly<Faults> {
    return this.#faults;
  }

  /** Switches these faults on, or off where the value is undefined; their counts begin anew. */
  set(faults: Partial<Faults>): void {
    this.#faults = { ...this.#faults, ...faults };
    for (const name of Object.keys(faults)) this.#counts.delete(name as TriggerName);
    if ("killAfter" in faults || "killDuring" in faults) this.#revive();
    if ("seed" in faults || "flaky" in faults) this.#random = dice(this.#faults.seed ?? 1);
  }

  /** Switches everything off; a killed sandbox answers again. */
  clear(): void {
    this.#faults = {};
    this.#counts.clear();
    this.#revive();
  }

  /** Whether this fault strikes at this request ("METHOD /path?query"). Counts the request, so ask once. */
  strikes(name: TriggerName, request: string): boolean {
    const trigger = this.#trigger(name);
    if (!trigger || !request.includes(trigger.on ?? "")) return false;
    const count = this.#count(name);
    count.matched += 1;
    return count.matched % trigger.every === 0 && this.#spend(count, trigger);
  }

  /** Whether this fault strikes at this page of a list; with `onwards`, at every later page too. */
  strikesPage(name: TriggerName, page: number, request: string, reach: "one" | "onwards" = "one"): boolean {
    const trigger = this.#trigger(name);
    if (!trigger || !request.includes(trigger.on ?? "")) return false;
    if (reach === "one" ? page !== trigger.every : page < trigger.every) return false;
    return this.#spend(this.#count(name), trigger);
  }

  /** What chance has in store for this request, if `flaky` is on. */
  misfortune(isWrite: boolean): Misfortune | undefined {
    const chance = this.#faults.flaky ?? 0;
    if (chance === 0 || this.#random() >= chance) return undefined;
    const kinds: Misfortune[] = [
      "tooManyRequests",
      "serverError",
      "reset",
      ...(isWrite ? ["lostAnswer" as const] : []),
    ];
    return kinds[Math.floor(this.#random() * kinds.length)];
  }

  /** Counts a request of any kind: does it find the sandbox alive, is it the last one, or is all over? */
  life(): "alive" | "dying" | "dead" {
    this.#requests += 1;
    const { killAfter = Infinity, killDuring = Infinity } = this.#faults;
    if (this.#requests > killAfter || this.#requests > killDuring) return "dead";
    return this.#requests === killDuring ? "dying" : "alive";
  }

  /** Tells, once, that the sandbox is dead. */
  die(): void {
    if (this.#died) return;
    this.#died = true;
    this.#onKill?.();
  }

  #revive(): void {
    this.#requests = 0;
    this.#died = false;
  }

  #trigger(name: TriggerName): Trigger | undefined {
    const value = this.#faults[name];
    return typeof value === "number" ? (value > 0 ? { every: value } : undefined) : value;
  }

  #count(name: TriggerName): Count {
    const count = this.#counts.get(name) ?? { matched: 0, struck: 0 };
    this.#counts.set(name, count);
    return count;
  }

  #spend(count: Count, trigger: Trigger): boolean {
    if (count.struck >= (trigger.times ?? Infinity)) return false;
    count.struck += 1;
    return true;
  }
}

/** Numbers from 0 to 1 that look random enough and follow from the seed (a linear congruence). */
function dice(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

// Asks for what is new: every second while the page is looked at, rarely while it is hidden, ever more rarely while
// the server does not answer, and no more once the rollout has ended.

import { foreign, say } from "./words.js";

const LIVE = 1000;
const HIDDEN = 15000;
const SLOWEST = 30000;

export class Poll {
  /** @param told called with each answer; @param trouble called with null or how many seconds until the next try */
  constructor(api, known, told, trouble) {
    Object.assign(this, { api, known, told, trouble, failures: 0, timer: null, asking: false, ended: false });
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
  }

  /** Asks at once. */
  async now() {
    if (this.asking || this.ended) {
      return;
    }
    clearTimeout(this.timer);
    this.asking = true;
    try {
      const answer = await this.ask();
      this.failures = 0;
      this.trouble(null);
      this.told(answer);
      this.ended = answer.outcome !== undefined;
    } catch (e) {
      this.failures++;
      this.trouble(Math.round(this.pause() / 1000), e.said);
    } finally {
      this.asking = false;
    }
    if (!this.ended) {
      this.timer = setTimeout(() => this.now(), this.pause());
    }
  }

  pause() {
    if (this.failures > 0) {
      return Math.min(SLOWEST, LIVE * 2 ** Math.min(this.failures, 5));
    }
    return document.hidden ? HIDDEN : LIVE;
  }

  async ask() {
    const { since, generation } = this.known();
    const language = foreign() && `&language=${foreign()}`;
    const response = await fetch(`${this.api}rollout?since=${since}&generation=${generation}${language}`, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(10000),
    });
    if (!response.ok) {
      throw Object.assign(new Error("refused"), { said: await message(response) });
    }
    return response.json();
  }
}

/** What a refusal says; servers in between answer with pages of their own. */
export async function message(response) {
  try {
    const { message, translations } = await response.json();
    return translations?.[message] ?? message;
  } catch {
    return say("poll.status", { status: response.status });
  }
}

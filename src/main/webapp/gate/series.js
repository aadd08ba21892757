// Keeps the charts' points over the answers, which bring only new ones.

export class Series {
  constructor() {
    this.forget();
  }

  forget() {
    this.generation = -1;
    this.metrics = [];
    this.columns = null;
    this.last = null;
    this.marks = [];
  }

  take(answer) {
    const fresh = answer.points;
    if (answer.generation !== this.generation || !this.columns) {
      this.columns = fresh;
    } else {
      for (const name of ["times", "weights", "shares"]) {
        this.columns[name].push(...fresh[name]);
      }
      for (const track of ["canary", "stable"]) {
        fresh[track].forEach((column, i) => this.columns[track][i].push(...column));
      }
    }
    this.generation = answer.generation;
    this.metrics = answer.metrics;
    this.last = answer.last ?? null;
    this.marks = answer.marks;
  }

  /** A column with the newest tick at its end. */
  column(pick) {
    const whole = this.columns ? pick(this.columns) : [];
    return this.last ? [...whole, ...pick(this.last)] : whole;
  }

  times() {
    return this.column((c) => c.times);
  }

  index(series) {
    return this.metrics.findIndex((m) => m.series === series);
  }

  values(track, i) {
    return i < 0 ? [] : this.column((c) => c[track][i]);
  }
}

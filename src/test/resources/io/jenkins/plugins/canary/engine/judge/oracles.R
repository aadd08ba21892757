# Makes oracles.txt, the values that the judge's tests compare with. Run: Rscript oracles.R > oracles.txt
# An even number of pairs leaves R's search for the approximate shift a plateau to stop anywhere on: asymptotic cases
# therefore have an odd number of pairs, or ties.
# Nothing of the build or the tests runs R; the file is the record.
options(warn = -1)
num <- function(v) paste(ifelse(is.infinite(v), ifelse(v > 0, "Infinity", "-Infinity"), sprintf("%.17g", v)),
                         collapse = " ")
row <- function(...) cat(..., sep = "\t", fill = FALSE)
cat("# ", R.version.string, "\n", sep = "")

# wilcox.test(x, y, alternative, exact, correct = TRUE, conf.int = TRUE, conf.level, tol.root = 1e-13)
# columns: wilcox name exact conf x y W p(two.sided) p(greater) p(less) lo hi shift
wilcox <- function(name, x, y, conf, exact = NULL) {
  t <- wilcox.test(x, y, conf.int = TRUE, conf.level = conf, exact = exact, tol.root = 1e-13)
  p <- function(a) wilcox.test(x, y, alternative = a, exact = exact)$p.value
  is.exact <- grepl("exact", t$method)
  row("wilcox", name, is.exact, num(conf), num(x), num(y), num(t$statistic), num(t$p.value), num(p("greater")), num(p("less")),
      num(t$conf.int[1]), num(t$conf.int[2]), num(t$estimate)); cat("\n")
}
# Hollander and Wolfe (1973), p. 69f: permeability constants of the human chorioamnion; the example of ?wilcox.test.
hw.x <- c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46)
hw.y <- c(1.15, 0.88, 0.90, 0.74, 1.21)
set.seed(20261121)
for (conf in c(0.95, 0.98)) {
  wilcox("hollander-wolfe", hw.x, hw.y, conf)
  wilcox("hollander-wolfe asymptotic", hw.x[1:9], hw.y, conf, exact = FALSE)
  wilcox("5 x 5", rnorm(5), rnorm(5), conf)
  wilcox("7 x 9 shifted", rnorm(7, 3), rnorm(9), conf)
  wilcox("30 x 45 log-normal", rlnorm(30, 0.4), rlnorm(45), conf)
  wilcox("49 x 49", rnorm(49), rnorm(49, 0.3), conf)
  wilcox("61 x 81", rlnorm(61, 0.2), rlnorm(81), conf)
  wilcox("51 x 11", rnorm(51, -2), rnorm(11), conf)
  wilcox("501 x 303", rlnorm(501, 0.1, 0.5), rlnorm(303, 0, 0.5), conf)
  wilcox("ties 25 x 31", round(rnorm(25, 5), 1), round(rnorm(31, 5.4), 1), conf)
  wilcox("ties 61 x 101", rpois(61, 30), rpois(101, 28), conf)
  wilcox("ties far apart", rpois(21, 500), rpois(33, 100), conf)
  wilcox("constant against varied", rep(7, 15), round(rnorm(21, 5, 2), 2), conf)
}

# fisher.test(matrix(c(x, nc - x, y, ns - y), 2), or, alternative): p-values and estimate.
# The interval of fisher.test is found by uniroot with its default tolerance of 1.2e-4; here the same equations are solved
# with tol = 1e-14 on the logarithm of the odds ratio, and so is the estimate.
# columns: fisher x nc y ns p(greater, or=1) p(less, or=1) p(greater, or=1.25) p(less, or=0.8) estimate lo(98%) hi(98%)
fisher <- function(x, nc, y, ns) {
  m <- matrix(c(x, nc - x, y, ns - y), 2)
  p <- function(a, or) fisher.test(m, or = or, alternative = a, conf.int = FALSE)$p.value
  k <- x + y; lo <- max(0, k - ns); hi <- min(k, nc); support <- lo:hi
  logdc <- dhyper(support, nc, ns, k, log = TRUE)
  d <- function(log.or) { d <- logdc + log.or * support; d <- exp(d - max(d)); d / sum(d) }
  root <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-14)$root)
  est <- if (x == lo) 0 else if (x == hi) Inf else root(function(l) sum(support * d(l)) - x)
  low <- if (x == lo) 0 else root(function(l) log(sum(d(l)[support >= x])) - log(0.01))
  up <- if (x == hi) Inf else root(function(l) log(sum(d(l)[support <= x])) - log(0.01))
  row("fisher", x, nc, y, ns, num(p("greater", 1)), num(p("less", 1)), num(p("greater", 1.25)), num(p("less", 0.8)),
      num(est), num(low), num(up)); cat("\n")
}
fisher(3, 40, 0, 4000); fisher(1, 40, 0, 4000); fisher(0, 40, 0, 4000); fisher(0, 40, 12, 4000); fisher(2, 40, 12, 4000)
fisher(3, 4, 1, 4)            # Fisher's tea tasting: p = 0.2429 (one-sided), estimate 6.408
fisher(10, 15, 2, 15)         # Fisher's convicts (twins), ?fisher.test, as 10 of 13 and 2 of 17 below
fisher(2, 17, 10, 13); fisher(17, 300, 100, 5700); fisher(30, 300, 100, 5700); fisher(120, 20000, 95, 20000)
fisher(5200, 1e6, 5000, 1e6); fisher(300, 5e4, 9000, 1.95e6); fisher(19, 20, 300, 400); fisher(20, 20, 400, 400)

# binom.test(x, n, p, alternative = "greater")$p.value
for (a in list(c(1, 40, 0.001), c(3, 40, 0.001), c(0, 40, 0.001), c(12, 5000, 0.001), c(682, 925, 0.75), c(1100, 1e6, 0.001),
               c(2, 3, 0.5))) {
  row("binom", a[1], a[2], num(a[3]), num(binom.test(a[1], a[2], a[3], alternative = "greater")$p.value)); cat("\n")
}
# binom.test(x, n, conf.level = 0.90)$conf.int[2] is the rate at which more than x of n come with probability 0.95
for (a in list(c(0, 40), c(2, 40), c(5, 300), c(99, 1e5))) {
  row("clopper", a[1], a[2], num(binom.test(a[1], a[2], conf.level = 0.90)$conf.int[2])); cat("\n")
}
# qwilcox and pwilcox, also beyond the sizes that wilcox.test calls exact
for (a in list(c(4, 6, 5), c(20, 30, 210), c(49, 49, 900), c(49, 3, 20), c(40, 45, 1200))) {
  row("pwilcox", a[1], a[2], a[3], num(pwilcox(a[3], a[1], a[2])), qwilcox(0.01, a[1], a[2]), qwilcox(0.025, a[1], a[2])); cat("\n")
}

# Mann-Kendall and Theil-Sen.
# trend name conf values S p(two.sided) p(greater) slope lo hi: times 0, 1, 2, ...; cor.test's Kendall test against time,
# with continuity correction; Sen's slope and interval as in Gilbert (1987), 16.4.
trend <- function(name, v, conf) {
  n <- length(v); t <- seq_len(n) - 1
  d <- outer(v, v, "-"); s <- sum(sign(d[lower.tri(d)]))
  p <- function(a) suppressWarnings(cor.test(t, v, method = "kendall", exact = FALSE, continuity = TRUE, alternative = a)$p.value)
  slopes <- sort((d / outer(t, t, "-"))[lower.tri(d)])
  ties <- table(v)
  var <- (n * (n - 1) * (2 * n + 5) - sum(ties * (ties - 1) * (2 * ties + 5))) / 18
  reach <- qnorm(1 - (1 - conf) / 2) * sqrt(var); N <- length(slopes)
  row("trend", name, num(conf), num(v), num(s), num(p("two.sided")), num(p("greater")), num(median(slopes)),
      num(slopes[max(1, floor((N - reach) / 2))]), num(slopes[min(N, ceiling((N + reach) / 2) + 1)])); cat("\n")
}
set.seed(20261122)
for (conf in c(0.95, 0.98)) {
  trend("noise 12", rnorm(12, 5), conf)
  trend("rising 20", rnorm(20, 5) + 0.2 * seq_len(20), conf)
  trend("falling 35", rlnorm(35) - 0.05 * seq_len(35), conf)
  trend("ties 30", rpois(30, 6), conf)
  trend("outliers 50", c(rnorm(49, 10), 500), conf)
}

// The log likelihood of beta-binomial groups, stable for 0 to 1e9 trials and any kappa, as in beta_binomial.py: a group
// of s successes and f failures says (x)_s (y)_f / (x + y)_(s + f) of x = m kappa and y = (1 - m) kappa, where
// (x)_s = Γ(x + s) / Γ(x), by Stirling's series at x + 8, whose parts without m and kappa are left out.

const SHIFT = 8;

/** Groups that are different, { successes, failures, times }, and which of them each one is. */
export function counted(successes, trials) {
  const [kinds, of] = [[], new Map()];
  const kind = Array.from(trials, (n, j) => {
    const key = `${successes[j]} ${n}`;
    if (!of.has(key)) {
      of.set(key, kinds.length);
      kinds.push({ successes: successes[j], failures: n - successes[j], times: 0 });
    }
    kinds[of.get(key)].times++;
    return of.get(key);
  });
  return { kinds, kind };
}

/** log Γ(y) less Stirling's formula, y >= 8. */
function delta(y) {
  const z = 1 / (y * y);
  return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z / 1188)))) / y;
}

/** log (x)_s - s log s + s. */
function rise(x, s) {
  if (s === 0) return 0;
  const y = x + SHIFT;
  let ratio = 1;
  for (let i = 0; i < SHIFT; i++) ratio *= (x + i) / (x + s + i);
  return (y - 0.5) * Math.log1p(s / y) + s * Math.log1p(y / s) + delta(y + s) - delta(y) + Math.log(ratio);
}

/** The derivative of log (x)_s in x, times x. */
function slope(x, s) {
  const y = x + SHIFT;
  const [z, w] = [1 / (y * y), 1 / ((y + s) * (y + s))];
  let value = Math.log1p(s / y) + (0.5 * s) / (y * (y + s)) + (z - w) / 12 - (z * z - w * w) / 120;
  value = x * (value + (z ** 3 - w ** 3) / 252);
  for (let i = 0; i < SHIFT; i++) value += (x / (x + i)) * (s / (x + s + i));
  return value;
}

export const logLikelihood = (kinds, m, q, kappa) =>
  kinds.reduce((sum, { successes: s, failures: f, times }) => {
    return sum + times * (rise(m * kappa, s) + rise(q * kappa, f) - rise(kappa, s + f));
  }, 0);

/** Its derivative in logit m: falling, so that there is one top. */
export const pullOnMean = (kinds, m, q, kappa) =>
  kinds.reduce((sum, { successes: s, failures: f, times }) => {
    return sum + times * (q * slope(m * kappa, s) - m * slope(q * kappa, f));
  }, 0);

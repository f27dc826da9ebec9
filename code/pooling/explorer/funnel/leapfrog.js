// A ball that is pushed over the posterior of one school, in either coordinate; as pooling.funnel.leapfrog has it.
import { logQuantile, PRIOR } from "./school.js";

const LIMIT = 1000; // of the energy error: beyond it a path is called divergent
const PUSH = [0, -1.5];
const LENGTH = 4.8;
const TINY = 0.04;

/** Log density at (x, log tau), x being theta or z, up to a constant; and its slope. */
function surface([x, logTau], { y, se }, centred) {
  const tau = Math.exp(logTau);
  const ofTau = logTau - Math.log1p((tau / PRIOR) ** 2);
  const slope = 1 - 2 / (1 + (PRIOR / tau) ** 2);
  if (centred) {
    const [own, data] = [x / tau, (y - x) / se];
    return [
      ofTau - logTau - 0.5 * (own * own + data * data),
      [-own / tau + data / se, slope - 1 + own * own],
    ];
  }
  const data = (y - tau * x) / se;
  return [ofTau - 0.5 * (x * x + data * data), [-x + (data * tau) / se, slope + (data * tau * x) / se]];
}

function leapfrog(school, name, start, step) {
  const centred = name === "theta";
  const scale = [school[name].sd, school[name].logSd];
  let q = start;
  let p = PUSH;
  let [value, slope] = surface(q, school, centred);
  const kinetic = () => 0.5 * (p[0] * p[0] + p[1] * p[1]);
  const energy = kinetic() - value;
  const points = [[q[0], Math.exp(q[1])]];
  let error = 0;
  for (let n = Math.max(1, Math.round(LENGTH / step)); n && error < LIMIT; n--) {
    p = p.map((one, i) => one + 0.5 * step * scale[i] * slope[i]);
    q = q.map((one, i) => one + step * scale[i] * p[i]);
    [value, slope] = surface(q, school, centred);
    p = p.map((one, i) => one + 0.5 * step * scale[i] * slope[i]);
    error = kinetic() - value - energy;
    points.push([q[0], Math.exp(q[1])]);
  }
  const diverged = !(error < LIMIT);
  return { points, diverged, error: diverged ? LIMIT : Math.max(-LIMIT, error) };
}

/** The same push from the same place in both coordinates, with these steps and with tiny ones. */
export function launch(school, step) {
  const logTau = logQuantile(school.theta.probability, 0.5);
  const tau = Math.exp(logTau);
  const share = (tau * tau) / (tau * tau + school.se ** 2);
  const theta = share * school.y + Math.sqrt(share) * school.se;
  const paths = {};
  for (const [name, x] of [
    ["theta", theta],
    ["z", theta / tau],
  ]) {
    const run = (one) => leapfrog(school, name, [x, logTau], one);
    paths[name] = { ...run(step), smooth: run(TINY).points };
  }
  return paths;
}

// Sums with p(theta | mu, tau) = N(theta; mu, tau), normalised on the grid, for every (mu, tau) of the course grid: over
// theta, and back. Numbers only, no DOM.
//
// Two normals, one after the other, are a wider one: exp(-(theta − mu)² / 2 tau²) is, up to a constant, the sum over
// nodes c of exp(-(theta − c)² / 2 a²) exp(-(c − mu)² / 2 b²), where a² + b² = tau². The wider a and b, the farther
// apart the nodes may stand: with s = a b / tau the relative error is 2 exp(-2 π² (s / apart)²), by Poisson's summation
// formula. So theta is gathered on few nodes, once for all tau that share them, and the long sums run over these.
import { COURSE } from "./grid.js";

const { theta, mu, tau } = COURSE;
const [I, J, K] = [theta.length, mu.length, tau.length];
const STEP = theta[1] - theta[0];
const APART = [1, 2, 4, 8, 16]; // minutes; whole, as mu is, so that c − mu takes few values
const [LEAST, NARROW] = [2.5, 1.2]; // tau at least, and a, in distances between nodes: an error below 1e-9
const REACH = 8; // sds; beyond, a normal is below 2e-14 of its height
const RIM = 8; // nodes beyond either end of theta: more than six s
const SUMS = 4;

/** exp(-x² / 2 scale²) where x = start + q · step, for q from −far to far. */
function bell(scale, step, far, start = 0) {
  const z = Float64Array.from({ length: 2 * far + 1 }, (_, i) => (start + (i - far) * step) / scale);
  return z.map((value) => Math.exp(-0.5 * value * value));
}

/** Nodes, with a normal of sd `a` about each. `gather` takes a function of theta to them, `scatter` brings one back. */
function createNodes({ apart, a, rim }) {
  const far = Math.ceil((REACH * a) / STEP);
  const near = far ? bell(a, STEP, far) : [1];
  const count = Math.ceil((theta[I - 1] - theta[0]) / apart) + 1 + 2 * rim;
  const gathered = new Float64Array(count);

  // the theta that node c reaches, and where `near` begins for the first of them
  const reached = Array.from({ length: count }, (_, c) => {
    const centre = Math.round(((c - rim) * apart) / STEP);
    return { first: Math.max(0, centre - far), last: Math.min(I - 1, centre + far), shift: far - centre };
  });
  function gather(values) {
    for (let c = 0; c < count; c++) {
      const { first, last, shift } = reached[c];
      let sum = 0;
      for (let i = first; i <= last; i++) sum += near[shift + i] * values[i];
      gathered[c] = sum;
    }
    return gathered;
  }
  function scatter(values, out) {
    for (let c = 0; c < count; c++) {
      const { first, last, shift } = reached[c];
      for (let i = first; i <= last; i++) out[i] += near[shift + i] * values[c];
    }
  }
  return { apart, a, count, from: theta[0] - rim * apart, gather, scatter };
}

/** Each (mu, tau): whose nodes it uses, where its kernel begins, which nodes that reaches, and 1 / its sum over theta. */
function createCells(levels) {
  return Array.from(tau).flatMap((scale) => {
    const level = levels.findLastIndex(({ a, apart }) => !a || scale >= LEAST * apart);
    const { apart, a, count, from } = levels[level];
    const b = Math.sqrt(scale ** 2 - a ** 2);
    const far = Math.ceil((REACH * b) / apart);
    const phases = Math.max(1, apart); // c − mu is a multiple of `apart`, and one of these more
    const kernels = Array.from({ length: phases }, (_, phase) => bell(b, apart, far, phase));
    return Array.from(mu, (centre) => {
      const begin = Math.floor((from - centre) / apart);
      const shift = begin + far;
      const [first, last] = [Math.max(0, -shift), Math.min(count - 1, 2 * far - shift)];
      return { level, kernel: kernels[from - centre - begin * apart], shift, first, last, norm: 1 };
    });
  });
}

function createNormals() {
  const levels = [
    { apart: STEP, a: 0, rim: 0 },
    ...APART.map((apart) => ({ apart, a: NARROW * apart, rim: RIM })),
  ].map(createNodes);
  const cells = createCells(levels);
  const sums = Array.from({ length: SUMS }, () => levels.map(({ count }) => new Float64Array(count)));

  /** Σ_theta p(theta | mu, tau) l(theta) at every (mu, tau). Four sums at once: a third of the time. */
  function expect(l, out) {
    const gathered = levels.map(({ gather }) => gather(l));
    for (let n = 0; n < cells.length; n++) {
      const { level, kernel, shift, first, last, norm } = cells[n];
      const values = gathered[level];
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let i = first;
      for (; i + 3 <= last; i += 4) {
        a += kernel[shift + i] * values[i];
        b += kernel[shift + i + 1] * values[i + 1];
        c += kernel[shift + i + 2] * values[i + 2];
        d += kernel[shift + i + 3] * values[i + 3];
      }
      for (; i <= last; i++) a += kernel[shift + i] * values[i];
      out[n] = (a + b + c + d) * norm;
    }
  }

  /**
   * Σ over (mu, tau) of weights_r(mu, tau) p(theta | mu, tau), for four weights: one loop for them all. It makes no
   * arrays of four: thousands of them, at each redraw, keep the collector busy.
   */
  function mix(weights, outs) {
    for (const sum of sums.flat()) sum.fill(0);
    for (const out of outs) out.fill(0);
    const [w0, w1, w2, w3] = weights;
    const [sum0, sum1, sum2, sum3] = sums;
    for (let n = 0; n < cells.length; n++) {
      const { level, kernel, shift, first, last, norm } = cells[n];
      const a = w0[n] * norm;
      const b = w1[n] * norm;
      const c = w2[n] * norm;
      const d = w3[n] * norm;
      if (!(a || b || c || d)) continue;
      const s0 = sum0[level];
      const s1 = sum1[level];
      const s2 = sum2[level];
      const s3 = sum3[level];
      for (let i = first; i <= last; i++) {
        const value = kernel[shift + i];
        s0[i] += a * value;
        s1[i] += b * value;
        s2[i] += c * value;
        s3[i] += d * value;
      }
    }
    levels.forEach(({ scatter }, level) => {
      outs.forEach((out, r) => scatter(sums[r][level], out));
    });
  }

  const totals = new Float64Array(K * J);
  expect(new Float64Array(I).fill(1), totals);
  cells.forEach((cell, n) => (cell.norm = 1 / totals[n]));
  return { expect, mix };
}

let made = null;
/** The same for all who ask, made for the first: chapters 1 and 2 need none, chapter 7 would make two. */
export function normals() {
  made ??= createNormals();
  return made;
}

// Orders that are counted many times: a few order statistics of a list, and the ranks of one draw of all groups.

const CROWD = 40; // groups in one cell: then a general sort is faster

/** Part a list by a value in its middle: [the last of the smaller part, the first of the larger one]. */
function parted(list, low, high) {
  const pivot = list[(low + high) >> 1];
  let [i, j] = [low, high];
  while (i <= j) {
    while (list[i] < pivot) i++;
    while (list[j] > pivot) j--;
    if (i > j) break;
    const one = list[i];
    list[i++] = list[j];
    list[j--] = one;
  }
  return [j, i];
}

/** Bring the k-th smallest to its place, smaller ones before it, by Hoare's rule; what is before `from` stays. */
export function select(list, k, from = 0) {
  let [low, high] = [from, list.length - 1];
  while (low < high) {
    const [j, i] = parted(list, low, high);
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return list[k];
}

/**
 * The values below which rising shares of a list lie, between two neighbours in proportion; the list is rearranged.
 */
export function sharesOf(list, shares) {
  let from = 0;
  return shares.map((q) => {
    const place = q * (list.length - 1);
    const k = Math.min(Math.floor(place), list.length - 2);
    const low = select(list, k, from);
    let high = list[k + 1]; // the least of those that are not before it
    for (let i = k + 2; i < list.length; i++) if (list[i] < high) high = list[i];
    from = k;
    return low + (place - k) * (high - low);
  });
}

/** Sort a stretch of groups by theta, the largest first, by insertion. */
function settle(order, theta, start, stop) {
  for (let k = start + 1; k < stop; k++) {
    const one = order[k];
    let at = k - 1;
    while (at >= start && theta[order[at]] < theta[one]) {
      order[at + 1] = order[at];
      at--;
    }
    order[at + 1] = one;
  }
}

function rangeOf(theta, size) {
  let [low, high] = [Infinity, -Infinity];
  for (let j = 0; j < size; j++) {
    low = Math.min(low, theta[j]);
    high = Math.max(high, theta[j]);
  }
  return [low, high];
}

/**
 * What ranks draws of `size` groups: `ranked(theta, turn)` returns their ranks, 1 the largest, in one array that it uses
 * again. Groups are put into cells by value, and sorted within each; where all are equal they take turns. What theta
 * has beyond `size` is not ranked.
 */
export function createRanking(size) {
  const [rank, cell, order] = Array.from({ length: 3 }, () => new Int32Array(size));
  const cells = 2 * size;
  const starts = new Int32Array(cells + 1);

  /** Put groups into cells, the largest in the first; the most that are in one. */
  function spread(theta, low, high) {
    const scale = (cells - 1) / (high - low);
    starts.fill(0);
    for (let j = 0; j < size; j++) {
      cell[j] = Math.floor((high - theta[j]) * scale);
      starts[cell[j]]++;
    }
    let [most, before] = [0, 0];
    for (let c = 0; c < cells; c++) {
      const here = starts[c];
      most = Math.max(most, here);
      starts[c] = before;
      before += here;
    }
    starts[cells] = size;
    for (let j = 0; j < size; j++) order[starts[cell[j]]++] = j; // then each begins where it ended
    return most;
  }
  function sort(theta, low, high) {
    if (spread(theta, low, high) > CROWD) return order.sort((a, b) => theta[b] - theta[a]);
    for (let c = 0; c < cells; c++) settle(order, theta, c ? starts[c - 1] : 0, starts[c]);
  }
  return function ranked(theta, turn) {
    const [low, high] = rangeOf(theta, size);
    if (high > low) {
      sort(theta, low, high);
      for (let k = 0; k < size; k++) rank[order[k]] = k + 1;
    } else for (let j = 0; j < size; j++) rank[j] = ((j + turn) % size) + 1;
    return rank;
  };
}

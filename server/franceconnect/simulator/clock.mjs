// A clock that a test can move on: the lifetimes of FranceConnect (code 30 s, tokens 60 s, session 30 min) are checked without
// waiting for them. The engine reads Date.now everywhere, so that is what moves.
const real = Date.now;
let ahead = 0;
Date.now = () => real() + ahead;

export function advance(seconds) {
  ahead += seconds * 1000;
}

// The engine warns at each start that Node 20 is older than it likes and that nothing is kept on disk. Both are known here and true
// of nothing else, so they are left out; every other warning is printed. Its notices go to stderr: stdout is for the ready line.
const known = ['Unsupported runtime', 'in-memory adapter'];
const warn = console.warn;
console.warn = (line, ...rest) => {
  if (!known.some((words) => String(line).includes(words))) warn(line, ...rest);
};
console.info = console.warn;

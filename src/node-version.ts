/** A runner brings it since 2.327.1: https://github.com/actions/runner/releases */
const NEEDED = 24;

// This runs first. It reaches Node 16 and newer: older ones cannot read the file that the build makes of all of src.
const given = process.versions.node;
if (Number(given.split('.')[0]) < NEEDED) {
  process.stdout.write(
    `::error title=Node is too old::Node ${NEEDED} or newer is needed, not ${given}. A runner brings its own since version 2.327.1. By hand, start this with Node ${NEEDED}.\n`,
  );
  process.exit(1);
}

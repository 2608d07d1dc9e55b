/** What the tool and its sessions say to each other. */

/** Tests of a file to run, by their ids; all of them when absent. */
export interface TestFile {
  readonly file: string;
  readonly tests?: readonly string[];
}

/** The files go one after the other, in this order, and the first failure ends it where a mutant is on. */
export interface Order {
  /** Empty for the run that records what is reached. */
  readonly mutant: string;
  /** All there are when absent. */
  readonly files?: readonly TestFile[];
}

/** What became of one test. */
export interface TestEnd {
  readonly file: string;
  /** The file's own id, for what happens outside of its tests. */
  readonly fileId: string;
  readonly id: string;
  readonly name: string;
  readonly passed: boolean;
  readonly ms: number;
}

/** How a run of tests ended; skipped ones are left out. */
export interface Ended {
  readonly tests: readonly TestEnd[];
  /** What failed first, a file that cannot be loaded among it; undefined where all is well. */
  readonly failure: string | undefined;
  /** The test that it is, if it is one. */
  readonly failed: TestEnd | undefined;
  /** Whether a failure ended the run, but which one is unknown: it ran at the same time as others of its file. */
  readonly isCut: boolean;
}

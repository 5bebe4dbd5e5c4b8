// SPDX-License-Identifier: Apache-2.0

/** One step of the whole test run. */
export interface Suite {
  readonly name: string;
  /** What it shows, for the list. */
  readonly about: string;
  /** The command, run in the repository's root. */
  readonly command: readonly [string, ...string[]];
  /**
   * Glob patterns of the reports that the command writes. Absent: the command is one check, passed when it exits with 0.
   */
  readonly reports?: readonly string[];
}

/** In the order of the run: what is cheap and fails for many reasons comes first. */
export const SUITES: readonly Suite[] = [
  { name: 'build', about: 'every package compiles', command: ['turbo', 'run', 'build'] },
  { name: 'typecheck', about: 'sources and tests, against the 3.x SDK line', command: ['turbo', 'run', 'typecheck'] },
  {
    name: 'lint',
    about: 'correctness, import cycles, floating promises',
    command: ['oxlint', '--type-aware', '--deny-warnings'],
  },
  { name: 'format', about: 'one format for all sources', command: ['oxfmt', '--check', '.'] },
  { name: 'boundaries', about: 'imports point down only', command: ['turbo', 'boundaries'] },
  { name: 'deadcode', about: 'no unused file, export or dependency', command: ['knip'] },
  { name: 'generated', about: 'generated code matches proto/', command: ['node', 'proto/generate.ts', '--check'] },
  { name: 'shapes', about: 'publint and attw on every tarball', command: ['node', 'test/run/src/shapes.ts'] },
  {
    name: 'unit',
    about: 'each package, and the encoders’ conformance',
    command: ['turbo', 'run', 'test', '--concurrency=2', '--continue'],
    reports: [
      'packages/*/.reports/vitest.json',
      'test/{conformance,support,run,demo,disk,bench,consumers,defects,faults,flood,register,worker,bridges}/.reports/vitest.json',
    ],
  },
  {
    name: 'collector',
    about: 'the real OpenTelemetry Collector',
    command: ['pnpm', '--filter', '@logferry-test/collector', 'test:collector'],
    reports: ['test/collector/.reports/vitest.json'],
  },
  {
    name: 'restarts',
    about: 'the real Collector killed, stopped and restarted under load',
    command: ['pnpm', '--filter', '@logferry-test/faults', 'test:collector'],
    reports: ['test/faults/.reports/collector.json'],
  },
  {
    name: 'bridges',
    about: 'the same records through every bridge, at the real Collector, on both SDK lines',
    command: ['pnpm', '--filter', '@logferry-test/bridges', 'test:collector'],
    reports: ['test/bridges/.reports/collector.json'],
  },
  {
    name: 'consumers',
    about: 'tarballs alone, ESM and require(), both SDK lines, Node 20 to 26, README snippets',
    command: ['pnpm', '--filter', '@logferry-test/consumers', 'test:consumers'],
    reports: ['test/consumers/.reports/consumers.json'],
  },
  {
    name: 'register',
    about: 'logging without a line of set-up: both SDK lines, with and without a NodeSDK, each end of a process',
    command: ['pnpm', '--filter', '@logferry-test/register', 'test:register'],
    reports: ['test/register/.reports/register.json'],
  },
  { name: 'demo', about: 'the demo’s accounts add up', command: ['node', 'test/demo/src/main.ts', '--short'] },
  {
    name: 'bench',
    about: 'every scenario runs and delivers everything (short form, no timing asserted)',
    command: ['pnpm', '--filter', '@logferry-test/bench', 'bench', '--short'],
  },
  {
    name: 'soak',
    about: 'the Collector killed at random under a steady load: nothing lost, the accounts exact (short form)',
    command: ['pnpm', '--filter', '@logferry-test/faults', 'soak', '--short'],
    reports: ['test/faults/.reports/soak.json'],
  },
];

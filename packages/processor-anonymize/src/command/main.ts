#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { isLogferryError, sanitizeUntrustedText } from '@logferry/core';

import { Anonymizer } from '../anonymizer.ts';
import { readPolicy } from './policy-file.ts';
import { runPolicy } from './run-policy.ts';

const USAGE = `logferry-anonymize [--policy <preset or file>] [--quiet] [--no-color] [file]

Shows what a policy finds in a file of JSON lines (or in standard input): each line before and after, and counts.
--policy    default, gdpr, pci-dss, hipaa, secrets-only, or a JSON file with a policy. Default: default
--quiet     counts only, no line is shown
Ends with 0 when nothing was found, 1 when something was, 2 for a mistake in the call.`;

/** A name in a file can be long, and hold what commands a terminal. */
const MESSAGE_UNITS = 1000;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      policy: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      'no-color': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const anonymizer = new Anonymizer({ policy: readPolicy(values.policy ?? 'default') });
  const [file] = positionals;
  const input = file === undefined ? process.stdin : createReadStream(file, 'utf8');
  const counts = await runPolicy(createInterface({ input, crlfDelay: Infinity }), {
    anonymizer,
    hasColours: process.stdout.isTTY && !values['no-color'] && (process.env['NO_COLOR'] ?? '') === '',
    isQuiet: values.quiet,
    write: (line) => console.log(line),
  });
  return counts.size === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  // The message of another error may quote what it read.
  const { code } = error as { code?: unknown };
  console.error(
    isLogferryError(error)
      ? sanitizeUntrustedText(error.message, MESSAGE_UNITS)
      : `it can't be run: ${String(code)}\n\n${USAGE}`,
  );
  process.exitCode = 2;
}

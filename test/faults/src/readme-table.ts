// SPDX-License-Identifier: Apache-2.0
/** Run by hand: writes the table of all faults and their tests into the README. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { collectTests, faultTable } from './collected-tests.ts';
import { replaceTable } from './readme-section.ts';

const path = fileURLToPath(new URL('../README.md', import.meta.url));
writeFileSync(path, replaceTable(readFileSync(path, 'utf8'), faultTable(await collectTests())));

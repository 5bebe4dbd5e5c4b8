// SPDX-License-Identifier: Apache-2.0

/** Writes schema.json: `pnpm --filter @logferry/config schema`, after a change of what files may hold. */
import { writeFileSync } from 'node:fs';

import { FILE } from './file-schema.ts';
import { jsonSchemaOf } from './json-schema.ts';

writeFileSync(new URL('../../schema.json', import.meta.url), `${JSON.stringify(jsonSchemaOf(FILE), undefined, 2)}\n`);

// SPDX-License-Identifier: Apache-2.0
import type { Pipeline } from '../harness/pipeline.ts';
import { makeRecord, type RecordAttributes } from '../records/records.ts';

/** A pipeline of calls that a logger handles before they return. @param count records that arrived; absent: nobody counts. */
export function callingPipeline(
  call: (message: string, attributes: RecordAttributes) => void,
  count?: () => number,
): Pipeline {
  let logged = 0;
  return {
    log(sequence) {
      logged += 1;
      const { body, attributes } = makeRecord(sequence);
      call(body, attributes);
    },
    room: () => undefined,
    async finish() {
      if (count !== undefined && count() !== logged) throw new Error(`${count()} of ${logged} records arrived`);
    },
  };
}

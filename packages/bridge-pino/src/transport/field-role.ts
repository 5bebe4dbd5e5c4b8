// SPDX-License-Identifier: Apache-2.0
import type { LineFormat } from '../foreign-line.ts';

/** What a field of a line is for the record. Numbers, because a switch over them is what most of a line's fields cost. */
export type FieldRole = number;

export const ATTRIBUTE: FieldRole = 0;
export const LEVEL: FieldRole = 1;
export const TIME: FieldRole = 2;
export const MESSAGE: FieldRole = 3;
export const PID: FieldRole = 4;
export const HOSTNAME: FieldRole = 5;
export const LOGGER_NAME: FieldRole = 6;
export const TRACE: FieldRole = 7;
export const ERROR: FieldRole = 8;
/** Its line is for the mapping of parsed lines. */
export const EXTRAORDINARY: FieldRole = 9;

export const TRACE_KEYS: readonly string[] = ['trace_id', 'span_id', 'trace_flags'];

/** Names that attributes get from other fields: a line that has both would have a name twice. */
const NAMES_OF_OTHERS: readonly string[] = ['process.pid', 'host.name', 'logger.name'];

/** An object has such names first, whatever the order of its text. */
const INDEX = /^(?:0|[1-9]\d{0,15})$/;

/** What the mapping of parsed lines makes of a field, which looks at the names in this order. */
export function fieldRole(key: string, { messageKey, errorKey, timeKey = 'time' }: LineFormat): FieldRole {
  const meanings = [key === 'level', key === timeKey, key === messageKey, TRACE_KEYS.includes(key)];
  if (meanings.filter(Boolean).length > 1) return EXTRAORDINARY;
  if (key === 'level') return LEVEL;
  if (key === timeKey) return TIME;
  if (key === messageKey) return MESSAGE;
  if (key === 'pid') return PID;
  if (key === 'hostname') return HOSTNAME;
  if (key === 'name') return LOGGER_NAME;
  if (TRACE_KEYS.includes(key)) return TRACE;
  if (key === 'otel.event.name' || key === '' || key === '__proto__') return EXTRAORDINARY;
  if (NAMES_OF_OTHERS.includes(key) || INDEX.test(key)) return EXTRAORDINARY;
  return key === 'err' || key === 'error' || key === errorKey ? ERROR : ATTRIBUTE;
}

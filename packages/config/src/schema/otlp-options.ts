// SPDX-License-Identifier: Apache-2.0
import {
  group,
  type GroupSetting,
  groupOf,
  itemsOf,
  plainSetting,
  type Setting,
  value,
  valueOf,
  withEntries,
} from '../settings/setting.ts';
import { pairList } from './pair-list.ts';
import type { Report } from './shape.ts';

/** Makes options of an OTLP exporter of what stands in a file under the names of the standard. */
export function otlpOptions(protocol: 'grpc' | 'http', options: GroupSetting, report: Report): GroupSetting {
  const tls = groupOf(options, 'tls');
  const insecure = tls?.entries.get('insecure');
  return withEntries(options, {
    headers: headersOf(options, report),
    headersList: undefined,
    insecure,
    tls: tls && tlsOf(protocol, options, tls, report),
    ...(protocol === 'http' ? { protocol: protocolOf(options) } : {}),
  });
}

function protocolOf(options: GroupSetting): Setting | undefined {
  const encoding = options.entries.get('protocol');
  return encoding?.kind === 'value' ? { ...encoding, value: `http/${String(encoding.value)}` } : encoding;
}

/** `headers` win over `headers_list`, whatever the case of their names; an entry without a value is ignored. */
function headersOf(options: GroupSetting, report: Report): Setting | undefined {
  const headers = new Map<string, Setting>();
  const headersList = options.entries.get('headersList');
  if (headersList?.kind === 'value') {
    for (const { position, pair } of pairList(String(headersList.value))) {
      if (pair === undefined) {
        report(headersList, { path: 'headers_list', message: `pair ${position} must be name=value, percent-encoded` });
      } else {
        headers.set(pair.name.toLowerCase(), value(pair.value, headersList.origin, true));
      }
    }
  }
  for (const item of itemsOf(options, 'headers')) {
    if (item.kind !== 'group') continue;
    const name = valueOf(item, 'name');
    const content = item.entries.get('value');
    if (typeof name === 'string' && content !== undefined) headers.set(name.toLowerCase(), content);
  }
  const origin = (options.entries.get('headers') ?? headersList)?.origin;
  return headers.size === 0 || origin === undefined ? undefined : group(headers, origin);
}

/** The exporter refuses certificates where it speaks plaintext; in a file they are most often left over by a variable. */
function tlsOf(
  protocol: 'grpc' | 'http',
  options: GroupSetting,
  tls: GroupSetting,
  report: Report,
): GroupSetting | undefined {
  const { caFile, certFile, keyFile } = plainSetting(tls) as Readonly<Record<string, unknown>>;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const message = 'must have cert_file and key_file, or none of them: mutual TLS takes both';
    report(tls, { path: 'tls', message });
  }
  const left = withEntries(tls, { insecure: undefined });
  if (left.entries.size === 0) return undefined;
  if (!isPlaintext(protocol, options, tls)) return left;
  if (caFile !== undefined || certFile !== undefined || keyFile !== undefined) {
    report(tls, { path: 'tls', severity: 'warning', message: 'is not used: the endpoint is plaintext' });
  }
  return undefined;
}

function isPlaintext(protocol: 'grpc' | 'http', options: GroupSetting, tls: GroupSetting): boolean {
  const endpoint = valueOf(options, 'endpoint');
  // The default is http://localhost.
  if (typeof endpoint !== 'string') return true;
  if (/^https:/i.test(endpoint.trim())) return false;
  if (/^http:/i.test(endpoint.trim()) || protocol === 'http') return true;
  return valueOf(tls, 'insecure') === true;
}

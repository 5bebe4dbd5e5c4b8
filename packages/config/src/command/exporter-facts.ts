// SPDX-License-Identifier: Apache-2.0

/** What is told of an exporter: where it writes, its TLS files and directories, and whether its endpoint answers. */
import { dirname } from 'node:path';

import { type GroupSetting, groupOf, type Setting, valueOf } from '../settings/setting.ts';
import { fact, type Fact } from './destination-facts.ts';
import { shown } from './paint.ts';
import { certificateFile, keyFile, type TlsFile } from './tls-files.ts';
import { type EndpointToTry, tryEndpoint } from './try-endpoint.ts';
import { writableDirectory, writableFile, type WritablePath } from './writable-path.ts';

export interface FactOptions {
  readonly nowMillis: number;
  readonly isConnecting: boolean;
}

export async function exporterFacts(exporter: GroupSetting, options: FactOptions): Promise<readonly Fact[]> {
  const type = String(valueOf(exporter, 'type'));
  if (type === 'otlp-grpc' || type === 'otlp-http') return otlpFacts(type, exporter, options);
  const path = textOf(exporter.entries.get('path'));
  if (path === undefined) return [fact('exporter', type === 'console' ? 'console' : `${type} to the standard output`)];
  const archive = textOf(exporter.entries.get('archiveDirectory'));
  const link = textOf(exporter.entries.get('currentLink'));
  return [
    fact('exporter', `${type} to ${shown(path)}`),
    writable('file', writableFile(path)),
    ...(archive === undefined ? [] : [writable('archive', writableDirectory(archive))]),
    ...(link === undefined ? [] : [writable('link', writableDirectory(dirname(link)))]),
  ];
}

function writable(name: string, { isGood, words }: WritablePath): Fact {
  return fact(name, shown(words), isGood ? 'good' : 'bad');
}

async function otlpFacts(
  type: 'otlp-grpc' | 'otlp-http',
  exporter: GroupSetting,
  { nowMillis, isConnecting }: FactOptions,
): Promise<readonly Fact[]> {
  const isGrpc = type === 'otlp-grpc';
  const endpoint = endpointOf(isGrpc, exporter.entries.get('endpoint'));
  const tls = groupOf(exporter, 'tls');
  const path = (name: string): string | undefined => textOf(tls?.entries.get(name));
  const [caFile, certFile, key] = [path('caFile'), path('certFile'), path('keyFile')];
  const insecure = textOf(exporter.entries.get('insecure'));
  const target: EndpointToTry = {
    endpoint,
    protocol: isGrpc ? 'grpc' : 'http',
    insecure: insecure?.toLowerCase() === 'true',
    caFile,
    certFile,
    keyFile: key,
    serverName: path('serverName'),
  };
  return [
    fact('exporter', `${type} to ${shown(endpoint)}`),
    ...(caFile === undefined ? [] : [tlsFact('CA', certificateFile(caFile, nowMillis))]),
    ...(certFile === undefined ? [] : [tlsFact('certificate', certificateFile(certFile, nowMillis))]),
    ...(key === undefined ? [] : [tlsFact('key', keyFile(key))]),
    ...(isConnecting ? await connectionFacts(target, exporter) : []),
  ];
}

async function connectionFacts(target: EndpointToTry, exporter: GroupSetting): Promise<readonly Fact[]> {
  if (exporter.entries.has('proxy') && valueOf(exporter, 'proxy') !== false) {
    return [fact('connection', 'goes through a proxy, which is not tried', 'doubtful')];
  }
  const results = await tryEndpoint(target);
  return results.map(({ address, problem }) =>
    problem === undefined
      ? fact('connection', `${shown(address)} answers`, 'good')
      : fact('connection', `${shown(address)}: ${shown(problem)}`, 'bad'),
  );
}

function tlsFact(name: string, { state, words }: TlsFile): Fact {
  return fact(name, shown(words), state);
}

/** As the exporter reads it: the variable for all signals is a base to which HTTP appends its path. */
function endpointOf(isGrpc: boolean, setting: Setting | undefined): string {
  const text = textOf(setting);
  if (text === undefined) return isGrpc ? 'http://localhost:4317' : 'http://localhost:4318/v1/logs';
  const isBase = setting?.origin.kind === 'variable' && setting.origin.name === 'OTEL_EXPORTER_OTLP_ENDPOINT';
  return isBase && !isGrpc && !text.startsWith('unix:') ? `${text.replace(/\/$/, '')}/v1/logs` : text;
}

/** A value as a text, also one that the component reads from a variable. */
function textOf(setting: Setting | undefined): string | undefined {
  if (setting?.kind !== 'value') return undefined;
  const { value, readByComponent } = setting;
  return readByComponent ?? (typeof value === 'string' || typeof value === 'boolean' ? String(value) : undefined);
}

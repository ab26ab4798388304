import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { DecimalText, type Json } from '#lib/json/exact-json.ts';
import type { Columns, MessageModule, WantedPicture } from '#lib/messages/message-module.ts';
import { messageModuleOf, messageModules } from '#lib/messages/registry.ts';
import { anyJson, replaced } from './support/arbitrary-json.ts';
import { example, exampleNames } from './support/examples.ts';

const moduleOf = (messageType: string): MessageModule => {
  const module = messageModuleOf(messageType);
  if (module === undefined) throw new Error(`no module for ${messageType}`);
  return module;
};

const isScalar = (value: Json | undefined) =>
  value instanceof DecimalText || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);

function expectSoundColumns(columns: Columns): void {
  for (const value of Object.values(columns)) {
    expect(isScalar(value)).toBe(true);
    expect(value).not.toBe('');
  }
}

function expectSoundPictures(pictures: WantedPicture[]): void {
  expect(new Set(pictures.map(({ kind }) => kind)).size).toBe(pictures.length);
  const urls = pictures.flatMap(({ url }) => (url === undefined ? [] : [url]));
  expect(new Set(urls).size).toBe(urls.length);
  for (const { kind } of pictures) expect(kind).toMatch(/^[a-z0-9_-]{1,80}$/);
}

/** Calls everything a module offers and checks what must hold for any JSON. */
function exercise(module: MessageModule, data: Json | undefined): void {
  const { deviceId, channelId } = module.camera(data);
  expect([typeof deviceId, typeof channelId]).toEqual(['string', 'string']);
  expect(['string', 'undefined']).toContain(typeof module.eventTime(data));
  expectSoundColumns(module.columns(data));
  const children = module.children(data);
  for (const child of children) {
    expect([typeof child.deviceId, typeof child.channelId]).toEqual(['string', 'string']);
    expectSoundColumns(child.columns);
  }
  expect(new Set(children.map(({ index }) => index)).size).toBe(children.length);
  expectSoundPictures([...module.pictures(data), ...children.flatMap(({ pictures }) => pictures)]);
  const report = module.inspectFields(data);
  for (const entries of [report.unknownFields, report.problems]) {
    expect(entries.length).toBeLessThanOrEqual(100);
    expect(new Set(entries).size).toBe(entries.length);
    for (const entry of entries) expect(entry.length).toBeLessThanOrEqual(300);
  }
}

describe('messageModules', () => {
  it('has one module for each subscription', () => {
    expect(messageModules.map(({ messageType }) => messageType).sort()).toEqual(
      subscriptions.map(({ messageType }) => messageType).sort(),
    );
  });

  it('gives nothing for an unknown type, whatever its name', () => {
    for (const name of ['', 'test', 'constructor', '__proto__', 'DEVICE_ALARM']) {
      expect(messageModuleOf(name)).toBeUndefined();
    }
  });
});

describe('example messages', () => {
  it('are twenty-two', () => {
    expect(exampleNames).toHaveLength(22);
  });

  it.each(exampleNames.map((name) => ({ name })))('$name has no unknown field and no problem', ({ name }) => {
    const { messageType, data } = example(name);
    expect(moduleOf(messageType).inspectFields(data)).toEqual({ unknownFields: [], problems: [] });
  });

  it.each(exampleNames.map((name) => ({ name })))('$name passes every check that holds for any JSON', ({ name }) => {
    const { messageType, data } = example(name);
    expect(() => exercise(moduleOf(messageType), data)).not.toThrow();
  });
});

describe.each(messageModules.map((module) => ({ type: module.messageType, module })))('$type', ({ type, module }) => {
  it('takes any JSON without throwing', () => {
    const property = fc.property(fc.option(anyJson, { nil: undefined }), (data) => exercise(module, data));
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });

  it('takes an example with any value in any place', () => {
    const names = exampleNames.filter((name) => name.startsWith(type));
    expect(names).not.toEqual([]);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), anyJson, (name, place, value) =>
        exercise(module, replaced(example(name).data, place, value)),
      ),
      { numRuns: 300 },
    );
  });

  it('takes ten thousand levels of nesting in every known place', () => {
    let deep: Json = 'end';
    for (let level = 0; level < 10_000; level += 1) deep = level % 2 === 0 ? [deep] : { data: deep };
    expect(() => exercise(module, deep)).not.toThrow();
    for (const name of ['param', 'target', 'data', 'devices', 'common', 'video_channel', 'tlv_data']) {
      expect(() => exercise(module, { [name]: deep })).not.toThrow();
    }
  });

  it('takes lists of half a million elements', () => {
    const many = Array.from({ length: 500_000 }, () => 1);
    for (const data of [{ data: { targets: many } }, { param: { video_channel: many } }, { devices: many }, many]) {
      expect(() => exercise(module, data)).not.toThrow();
    }
  });
});

import { inflateRawSync } from 'node:zlib';

const directoryEntry = Buffer.from('PK\u0001\u0002');
const localHeaderBytes = 30;

/** The files of a zip archive by their names, found as Lambda finds them: by the central directory. */
export function unzip(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = zip.indexOf(directoryEntry); at !== -1; at = zip.indexOf(directoryEntry, at + 1)) {
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
    const local = zip.readUInt32LE(at + 42);
    const start = local + localHeaderBytes + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    files.set(name, zip.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content));
  }
  return files;
}

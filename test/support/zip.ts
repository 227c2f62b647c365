import { deflateRawSync } from 'node:zlib';

/** A ZIP file of these parts. @param claimed what the directory says of the size of each, where that is not so */
export function zipOf(parts: readonly (readonly [name: string, content: string | Buffer])[], claimed?: number): Buffer {
  const [locals, centrals] = [[] as Buffer[], [] as Buffer[]];
  let offset = 0;
  for (const [name, text] of parts) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimed ?? content.length, 18);
    common.writeUInt16LE(path.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, path, packed]);
    locals.push(local);
    centrals.push(Buffer.from('504b01021400', 'hex'), common, place, path);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

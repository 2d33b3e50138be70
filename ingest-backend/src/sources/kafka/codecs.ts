import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { decompress as decompressZstd } from 'fzstd';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as compressSnappy, uncompress as uncompressSnappy } from 'snappy';

/** Node sees only some names of this module of the older kind. */
const { CompressionCodecs, CompressionTypes } = kafkajs;

/** What kafkajs asks of a codec; gzip is its own. */
interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

/** Kafka's Java clients write snappy in the frames of the Xerial library: this, two versions, then sized blocks. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEADER = 16;

const snappy: Codec = {
  compress: ({ buffer }) => compressSnappy(buffer),
  async decompress(buffer) {
    if (!buffer.subarray(0, XERIAL.length).equals(XERIAL)) {
      return bytes(await uncompressSnappy(buffer));
    }
    const blocks: Buffer[] = [];
    for (let at = XERIAL_HEADER; at < buffer.length;) {
      const start = at + 4;
      at = start + buffer.readUInt32BE(at);
      blocks.push(bytes(await uncompressSnappy(buffer.subarray(start, at))));
    }
    return Buffer.concat(blocks);
  },
};

const lz4: Codec = {
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: (buffer) => decompressFrame(buffer),
};

type Zstd = (buffer: Buffer) => Promise<Buffer>;

/** Node has zstd from 22.15 on; the library reads it in older ones and cannot write it, which nothing here asks for. */
const native = zlib as unknown as Partial<Record<'zstdCompress' | 'zstdDecompress', typeof zlib.gzip>>;
const zstd: Codec = {
  compress({ buffer }) {
    if (native.zstdCompress === undefined) {
      throw new Error('zstd: expected Node 22.15 or newer to compress, found ' + process.version);
    }
    return (promisify(native.zstdCompress) as Zstd)(buffer);
  },
  decompress:
    native.zstdDecompress === undefined
      ? (buffer) => Promise.resolve(bytes(decompressZstd(buffer)))
      : promisify(native.zstdDecompress),
};

function bytes(array: Uint8Array | string): Buffer {
  return typeof array === 'string' ? Buffer.from(array) : Buffer.from(array.buffer, array.byteOffset, array.length);
}

export const { LZ4 } = CompressionTypes;

/** Teaches kafkajs, which keeps codecs for the whole process, those that it does not bring along. */
export function registerCodecs(): void {
  Object.assign(CompressionCodecs, {
    [CompressionTypes.Snappy]: () => snappy,
    [CompressionTypes.LZ4]: () => lz4,
    [CompressionTypes.ZSTD]: () => zstd,
  });
}

import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Context } from "koa";

/** The best first. Browsers take the first of them by https only. */
const ENCODINGS = ["br", "gzip", "identity"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Of 11: the best one makes a file smaller by a tenth, and takes seconds. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** The best one that whoever asks can read. */
export function encodingFor(ctx: Context): Encoding {
  ctx.vary("Accept-Encoding");
  return ENCODINGS.find((one) => ctx.acceptsEncodings(one) === one) ?? "identity";
}

/** In another thread. Brotli is for what is kept: it takes its time. */
export async function compress(text: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case "br":
      return promisify(brotliCompress)(text, BROTLI);
    case "gzip":
      return promisify(gzip)(text);
    case "identity":
      return text;
  }
}

import { classifyFailure } from './classify-failure.ts';
import { errorCodeOf, jsonOrUndefined } from './error-body.ts';
import type { Download, DownloadOptions, IvmHttp } from './http.ts';
import { ivmError } from './ivm-error.ts';
import type { TokenCalls } from './token-calls.ts';

export type PictureDownload = {
  /**
   * Downloads a picture, from the API's own origin with the token, from any other without.
   *
   * @returns what came with a status of success, whatever it is
   * @throws IvmUnavailable or IvmRefused for any other status
   */
  downloadPicture(url: URL, options: Omit<DownloadOptions, 'token'>): Promise<Buffer>;
};

export const createPictureDownload = (http: IvmHttp, { withToken }: TokenCalls): PictureDownload => ({
  downloadPicture: async (url, options) => {
    const read = async (token?: string) =>
      bytesOf(await http.download(url, token === undefined ? options : { ...options, token }));
    return url.origin === http.origin ? withToken(read) : read();
  },
});

function bytesOf({ status, bytes }: Download): Buffer {
  if (status === 200) return bytes;
  const code = errorCodeOf(jsonOrUndefined(bytes.toString('utf8')));
  const failure = classifyFailure(code === undefined ? { status } : { status, code });
  if (failure.kind === 'ok') return bytes;
  throw ivmError('the download of a picture', failure, { status, code });
}

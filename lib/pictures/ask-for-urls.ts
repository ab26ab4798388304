import { TransientError } from '#lib/errors.ts';
import type { FailureKind } from '#lib/ivm/classify-failure.ts';
import type { AlarmPictures, IntelligencePictures, IvmClient } from '#lib/ivm/client.ts';
import type { MissingReason, PictureJob } from './picture-job.ts';

/** What IVM says when it is asked for a picture's URL. */
export type UrlAnswer =
  | { outcome: 'url'; url: string }
  | { outcome: 'none'; reason: MissingReason }
  | { outcome: 'not-ready'; reason: MissingReason }
  | { outcome: 'failed'; error: unknown };

type Asking = Pick<IvmClient, 'alarmPictures' | 'intelligencePictures'>;
type DataClass = Parameters<IvmClient['intelligencePictures']>[0];

/** The only two message types whose pictures can be asked for by `data_id` (10.2.1), with their class there. */
const dataClassOf: { readonly [messageType: string]: DataClass } = { target_data: 'TARGET', vehicle_data: 'VEHICLE' };
const typeOfKind: { readonly [kind: string]: string } = {
  target: 'TARGET',
  body: 'BODY',
  panorama: 'BACKGROUND',
  vehicle: 'VEHICLE',
  plate: 'PLATE',
};
const mostIds = 100;

const dataClass = ({ message_type, data_id, kind }: PictureJob): DataClass | undefined =>
  data_id === undefined || typeOfKind[kind] === undefined ? undefined : dataClassOf[message_type];

/** Whether IVM can be asked for a fresh URL of the picture. */
export const isAskable = (job: PictureJob): boolean => job.alarm_uuid !== undefined || dataClass(job) !== undefined;

/**
 * Asks for the URLs of all pictures at once: one call for alarms, one per class of records, each for up to a hundred.
 * Never throws; a call that failed is the answer to each of its pictures.
 */
export async function askForUrls(ivm: Asking, jobs: readonly PictureJob[]): Promise<Map<PictureJob, UrlAnswer>> {
  const answers = new Map<PictureJob, UrlAnswer>();
  const ask = async <Answer>(
    some: readonly PictureJob[],
    idOf: (job: PictureJob) => string,
    call: (ids: readonly string[]) => Promise<Map<string, Answer>>,
    read: (job: PictureJob, answer: Answer) => UrlAnswer,
  ): Promise<void> => {
    const ids = [...new Set(some.map(idOf))];
    for (let at = 0; at < ids.length; at += mostIds) {
      const part = new Set(ids.slice(at, at + mostIds));
      const asked = some.filter((job) => part.has(idOf(job)));
      try {
        const found = await call([...part]);
        for (const job of asked) {
          const answer = found.get(idOf(job));
          answers.set(job, answer === undefined ? noAnswer : read(job, answer));
        }
      } catch (error) {
        for (const job of asked) answers.set(job, { outcome: 'failed', error });
      }
    }
  };
  const ofClass = (wanted: DataClass) =>
    ask(
      jobs.filter((job) => job.alarm_uuid === undefined && dataClass(job) === wanted),
      (job) => job.data_id ?? '',
      (ids) => ivm.intelligencePictures(wanted, ids),
      readRecord,
    );
  await Promise.all([
    ask(
      jobs.filter((job) => job.alarm_uuid !== undefined),
      (job) => job.alarm_uuid ?? '',
      (ids) => ivm.alarmPictures(ids),
      readAlarm,
    ),
    ofClass('TARGET'),
    ofClass('VEHICLE'),
  ]);
  return answers;
}

const noAnswer: UrlAnswer = {
  outcome: 'failed',
  error: new TransientError('no-answer', 'IVM left this picture out of its answer'),
};

function readAlarm(job: PictureJob, answer: AlarmPictures): UrlAnswer {
  // Codes that mean "no picture" also come before a picture is there, and IVM keeps none longer than a week: whether
  // there will ever be one shows only in time.
  if ('failure' in answer) return readFailure(answer, () => ({ outcome: 'not-ready', reason: 'none-or-expired' }));
  const url = job.kind === 'alarm' ? answer.url : answer.targetGroupUrl;
  if (url !== '') return { outcome: 'url', url };
  // Without its own picture the whole alarm is not ready yet; with it, an empty second URL says that there is no group.
  return answer.url === ''
    ? { outcome: 'not-ready', reason: 'not-ready' }
    : { outcome: 'none', reason: 'none-or-expired' };
}

function readRecord(job: PictureJob, answer: IntelligencePictures): UrlAnswer {
  if ('failure' in answer) return readFailure(answer, () => ({ outcome: 'none', reason: 'none-or-expired' }));
  const url = answer.find(({ type }) => type === typeOfKind[job.kind])?.url ?? '';
  return url === '' ? { outcome: 'none', reason: 'none-or-expired' } : { outcome: 'url', url };
}

function readFailure({ failure, code }: { failure: FailureKind; code: string }, noPicture: () => UrlAnswer): UrlAnswer {
  switch (failure) {
    case 'no-picture':
    case 'empty':
      return noPicture();
    case 'not-ready':
      return { outcome: 'not-ready', reason: 'not-ready' };
    case 'unsupported':
      return { outcome: 'none', reason: 'unsupported' };
    case 'gone':
    case 'permanent':
      return { outcome: 'none', reason: 'gone' };
    default:
      return { outcome: 'failed', error: new TransientError(code, 'IVM could not say where this picture is') };
  }
}

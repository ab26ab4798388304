/** The codes that the simulated interfaces answer, with HTTP status and message of the reference's error table (20.2). */
const refusals = {
  'IVM.10000002': { status: 401, message: 'Token overdue' },
  'IVM.10000004': { status: 401, message: 'token is null.' },
  'IVM.10000005': { status: 401, message: 'Token is invalid' },
  'IVM.10020000': { status: 400, message: 'The userID illegal' },
  'IVM.10020001': { status: 400, message: 'Request parameters is invalid' },
  'IVM.10020002': { status: 400, message: 'Exceed max upload size' },
  'IVM.10020008': { status: 400, message: 'Json deserialization failed.' },
  'IVM.10020005': { status: 400, message: 'The start time is illegal.' },
  'IVM.10020006': { status: 400, message: 'The end time is illegal.' },
  'IVM.10020009': { status: 400, message: 'The limit is illegal.' },
  'IVM.10020010': { status: 400, message: 'The offset is illegal.' },
  'IVM.10020011': { status: 400, message: 'The sort direction is illegal.' },
  'IVM.10020012': { status: 400, message: 'The SortBy is illegal.' },
  'IVM.10020014': { status: 400, message: 'The AlarmUUID is illegal' },
  'IVM.10020016': { status: 400, message: 'The http media type not supported' },
  'IVM.10020020': { status: 400, message: 'The param ak is illegal' },
  'IVM.10020021': { status: 400, message: 'The param sk is illegal' },
  'IVM.10020022': { status: 400, message: 'the enterprise of ak sk is empty' },
  'IVM.10020048': { status: 400, message: 'user id is not matched' },
  'IVM.10022007': { status: 400, message: "The channel doesn't exist." },
  'IVM.10027005': { status: 400, message: 'The alarm_classification is illegal./ The data_classification is illegal.' },
  'IVM.10027006': { status: 400, message: 'The size of array param over limit' },
  'IVM.10027007': { status: 400, message: 'The AlarmUUID is not exist' },
  'IVM.10027008': { status: 400, message: 'The picture is not exist' },
  'IVM.10027009': { status: 400, message: 'The data_id is illegal' },
  'IVM.10027010': { status: 400, message: 'The type is illegal' },
  'IVM.10027022': { status: 400, message: 'The subscription type is invalid' },
  'IVM.10027061': { status: 400, message: 'The authKey is invalid.' },
  'IVM.20000010': { status: 400, message: 'The device does not exist' },
  'IVM.20000035': { status: 400, message: 'The channel has been frozen and is unavailable' },
  'IVM.20000043': { status: 400, message: 'The channel was offline.' },
  'IVM.20002001': { status: 400, message: 'Control token expired, please to get control token again.' },
  'IVM.20002009': { status: 400, message: 'ControlToken is illegal.' },
  'IVM.20020008': { status: 400, message: 'the channel access retrieval service is not enabled' },
  'IVM.20020009': { status: 400, message: 'the channel access retrieval service is arrears' },
  'IVM.20040009': { status: 400, message: 'The snapshot interface is frequently invoked' },
  'IVM.20040010': { status: 400, message: 'The device does not support image capture' },
  'IVM.20180025': { status: 401, message: 'device not has this algorithm' },
  'IVM.20040004': { status: 400, message: 'Get the alarm picture failed.' },
  'IVM.20040011': { status: 400, message: 'The image does not exist or image path is invalid' },
  'IVM.20050003': { status: 400, message: 'The callback url is invalid' },
  'IVM.20050004': { status: 400, message: 'The callback URL does not exist' },
  'IVM.20050005': { status: 400, message: 'The callback URL cannot be accessed.' },
  'IVM.90000001': { status: 500, message: 'Internal server error' },
  'IVM.90000007': { status: 404, message: 'Url path is unavailable' },
  'IVM.90000009': { status: 405, message: 'request method not supported' },
} as const;

export type IvmCode = keyof typeof refusals;

/** The result of one item of a batch, which fails on its own inside an answer of 200 (reference 10.2). */
export const failedItem = (code: IvmCode): { code: string; msg: string } => ({ code, msg: refusals[code].message });

/** A request that IVM turns down: thrown anywhere in a route, answered as `{error_code, error_msg}`. */
export class IvmRefusal extends Error {
  readonly code: IvmCode;
  readonly status: number;

  constructor(code: IvmCode) {
    super(refusals[code].message);
    this.name = 'IvmRefusal';
    this.code = code;
    this.status = refusals[code].status;
  }
}

/** Values that must never be read in a log, a metric or the attributes of a dead letter; all invented. */
export const marked = {
  plate: '测A9Q7Z3',
  name: '马可·Markhilde Sample',
  feature: 'RkVBVFVSRS1UaGF0LUlzLU1hcmtlZA==',
  idCardMd5: '5e1f0c0ffee0ddba11decade0fade001',
  phone: '19900000007',
  urlToken: 'url-token-51c7e0b4',
  urlPassword: 'url-password-7f0a',
  accessToken: 'ACCESS-TOKEN-9f2d61aa03',
  accessKey: 'AK-MARKED-4410',
  secretKey: 'SK-MARKED-86ee2f',
  callbackKey: 'CALLBACK-KEY-1d3b',
  privacyKey: 'PRIVACY-KEY-MARKED-5c0e77a91b26d4f3',
} as const;

/** Of a person or a vehicle, as messages carry them. */
export const personal = [marked.plate, marked.name, marked.feature, marked.idCardMd5, marked.phone] as const;

/** Every way in which a marked value could stand in a line. */
const spellings = Object.entries(marked).flatMap(([name, value]) =>
  [value, encodeURIComponent(value), Buffer.from(value).toString('base64'), JSON.stringify(value).slice(1, -1)].map(
    (spelling) => ({ name, spelling: spelling.toLowerCase() }),
  ),
);

/** Names of the marked values that a text gives away, however they are spelled. */
export function givenAway(text: string): string[] {
  const lowerCase = text.toLowerCase();
  return [...new Set(spellings.filter(({ spelling }) => lowerCase.includes(spelling)).map(({ name }) => name))];
}

/** What the parsing of the event and the printing of the reply cost by themselves. */
export const handler = async (_event: unknown) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"result":"queued"}',
});

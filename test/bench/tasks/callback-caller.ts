type Handler = (event: unknown, context: object) => Promise<{ statusCode?: number } | undefined>;

const context = {
  awsRequestId: '8a4dbf4f-d2c5-4b3c-9a3e-000000000000',
  functionName: 'receive-callback',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:receive-callback',
  memoryLimitInMB: '1024',
  getRemainingTimeInMillis: () => 5_000,
};

/** Loads a handler; what comes back calls it with the text of an event, and refuses any answer but 200. */
export async function createCaller(module: string): Promise<(text: string) => Promise<void>> {
  const { handler } = (await import(module)) as { handler: Handler };
  return async (text) => {
    const reply = await handler(JSON.parse(text), context);
    const printed = JSON.stringify(reply);
    if (reply?.statusCode !== 200) throw new Error(`the handler answers ${printed}`);
  };
}

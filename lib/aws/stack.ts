import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { clientSettings } from './client-settings.ts';

export type DeployedStack = { outputs: { [name: string]: string }; createdAt: Date };

/** A deployed stack; `undefined` where there is none of this name in the account and region. */
export async function readStack(
  stackName: string,
  client = new CloudFormationClient(clientSettings()),
): Promise<DeployedStack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return {
      outputs: Object.fromEntries(
        (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
      createdAt: stack?.CreationTime ?? new Date(),
    };
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return undefined;
    throw error;
  }
}

import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { ConfigError } from '#lib/errors.ts';

/**
 * The outputs of a deployed stack, by name.
 *
 * @throws ConfigError `no-stack` where there is none of this name in the account and region
 */
export async function readStackOutputs(
  stackName: string,
  client = new CloudFormationClient({}),
): Promise<{ [name: string]: string }> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') {
      throw new ConfigError('no-stack', `There is no stack ${stackName} in this account and region: deploy it first`, {
        cause: error,
      });
    }
    throw error;
  }
}

import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { packagedTemplate, resourcesOfType } from '../support/packaged-template.ts';

/** One action on one resource: `AlarmsQueue`, `EventsTable/index/by-day`, `DataBucket/spill/*`, an ARN of the account, or `*`. */
export type Grant = { action: string; resource: string };

/** A value that stands in the template, and what names it there. */
const Named = z.union([
  z.literal('*'),
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }).transform(({ 'Fn::GetAtt': [id] }) => id),
  z.object({ 'Fn::Sub': z.string() }).transform((sub) => sub['Fn::Sub'].replace(/^\$\{(\w+)\.Arn\}/, '$1')),
]);
const listOf = <T extends z.ZodType>(one: T) => z.union([z.array(one), one.transform((value) => [value])]);
const Statement = z.strictObject({
  Effect: z.literal('Allow'),
  Action: listOf(z.string()),
  Resource: listOf(Named),
});
const Role = z.object({
  AssumeRolePolicyDocument: z.object({
    Statement: z.tuple([
      z.object({ Principal: z.object({ Service: listOf(z.string()) }), Condition: z.unknown().optional() }),
    ]),
  }),
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })),
});
const Function = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Role: Named,
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

export type DeployedFunction = {
  /** As its file is called. */
  name: string;
  functionName: string;
  role: string;
  /** What may take on the role. */
  trusted: readonly string[];
  grants: readonly Grant[];
  /** The resources that a variable of its environment names. */
  resourcesOf(variable: string): string[];
  /** Queues that feed it. */
  sources: readonly string[];
  isScheduled: boolean;
};

export type SchedulerRole = { trusted: readonly string[]; isForThisAccount: boolean; grants: readonly Grant[] };

/** The role by which the Scheduler starts functions. */
export function schedulerRole(): SchedulerRole {
  const { AssumeRolePolicyDocument, Policies } = Role.parse(packagedTemplate().Resources['SchedulerRole']?.Properties);
  const [{ Principal, Condition }] = AssumeRolePolicyDocument.Statement;
  return {
    trusted: Principal.Service,
    isForThisAccount: isDeepStrictEqual(Condition, {
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    }),
    grants: Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(grantsOf)),
  };
}

/** The functions of the packaged template with what they are allowed to. */
export function deployedFunctions(): DeployedFunction[] {
  return resourcesOfType('AWS::Lambda::Function').map(({ id, Properties }) => {
    const { FunctionName, Handler, Role: role, Environment } = Function.parse(Properties);
    const { AssumeRolePolicyDocument, Policies } = Role.parse(packagedTemplate().Resources[role]?.Properties);
    return {
      name: Handler.split('/')[1] ?? '',
      functionName: FunctionName,
      role,
      trusted: AssumeRolePolicyDocument.Statement[0].Principal.Service,
      grants: Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(grantsOf)),
      resourcesOf: (variable) => [...referencesIn(Environment.Variables[variable])],
      sources: resourcesOfType('AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
        const { FunctionName: to, EventSourceArn } = mapping.Properties;
        return Named.parse(to) === id ? [Named.parse(EventSourceArn)] : [];
      }),
      isScheduled: resourcesOfType('AWS::Scheduler::Schedule').some(({ Properties: { Target } }) => {
        const { Arn, RoleArn } = z.object({ Arn: Named, RoleArn: Named }).parse(Target);
        return Arn === id && RoleArn === 'SchedulerRole';
      }),
    };
  });
}

const grantsOf = ({ Action, Resource }: z.infer<typeof Statement>): Grant[] =>
  Action.flatMap((action) => Resource.map((resource) => ({ action, resource })));

function* referencesIn(value: unknown): Generator<string> {
  const named = Named.safeParse(value);
  if (named.success) yield named.data;
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) yield* referencesIn(inner);
  }
}

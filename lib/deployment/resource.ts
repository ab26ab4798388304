/** A resource of a CloudFormation template, with variables of serverless.yml still in its texts. */
export type CloudFormationResource = {
  Type: string;
  DependsOn?: string | string[];
  Properties: { [name: string]: unknown };
};

import { globalId } from '../graph/node-ids.ts';

/** An operation that GraphiQL opens in a tab, named after the operation, and that runs as it is. */
export interface ReadyOperation {
  /** What a newcomer sees by running it. */
  shows: readonly string[];
  /** The upstream calls that it costs. */
  calls: number;
  /** In lines of at most 52 characters, as what it shows: more are not in sight. */
  operation: string;
  /** Not for the first of all: GraphiQL would not fill them in. */
  variables?: Record<string, unknown>;
}

/** In the order of the tabs: to have one more, add it here. */
export const READY_OPERATIONS: readonly ReadyOperation[] = [
  {
    shows: ['Who waits for a decision on their personal data.'],
    calls: 1,
    operation: /* GraphQL */ `
query PendingRequests {
  gdprRequests(
    first: 10
    filter: { status: { eq: PENDING } }
  ) {
    totalCount
    nodes {
      hoodId
      createTime
      submissionReason
      requesterInformation { fullName email }
      subjectInformation { fullName email }
    }
  }
}
`,
  },
  {
    shows: ['The newest exports, each with a link to its file.', 'For the next ones put the endCursor into "after".'],
    calls: 1,
    operation: /* GraphQL */ `
query NewestExports($first: Int, $after: String) {
  hoodExports(
    first: $first
    after: $after
    filter: { status: { eq: "ready" } }
    orderBy: { field: CREATE_TIME, direction: DESC }
  ) {
    totalCount
    edges {
      cursor
      node { name size createTime downloadUrl }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: { first: 5, after: null },
  },
  {
    shows: ['What can be known about people, found by its label.'],
    calls: 1,
    operation: /* GraphQL */ `
query PropertySearch($text: String!) {
  profileProperties(
    first: 10
    search: { text: $text, in: [LABEL] }
  ) {
    totalCount
    nodes { label dataType description system }
  }
}
`,
    variables: { text: 'name' },
  },
  {
    shows: ['Four lists, fetched at once; each may fail alone.', 'A totalCount alone transfers a single row.'],
    calls: 4,
    operation: /* GraphQL */ `
query Overview {
  pending: gdprRequests(
    filter: { status: { eq: PENDING } }
  ) {
    totalCount
  }
  denied: gdprRequests(
    filter: { status: { eq: DENIED } }
  ) {
    totalCount
  }
  hoodExports(first: 3) {
    totalCount
    nodes { name status }
  }
  customerData(first: 3) {
    totalCount
    nodes { target piData }
  }
}
`,
  },
  {
    shows: ['Both APIs in one answer: requests from Hood, and', 'what the System of Record knows of their people.'],
    calls: 2,
    operation: /* GraphQL */ `
query Joined {
  gdprRequests(
    first: 10
    orderBy: [{ field: CREATE_TIME }]
  ) {
    nodes {
      hoodId
      status
      customerProfile {
        firstName
        attributes(keys: ["favorite_team"]) {
          systemIdentifier
          values { key value }
        }
      }
    }
  }
}
`,
  },
  {
    shows: ['One customer, and since when each value holds: the', 'dates cost one call for each system of record.'],
    calls: 2,
    operation: /* GraphQL */ `
query Customer($id: ID!) {
  customerProfile(customerId: $id) {
    firstName
    lastName
    attribute(
      system: "SOR-SDK_2a116e0767a7dc76e85d566"
      key: "favorite_team"
    ) {
      string
      since
    }
    applications {
      appId
      installations { deviceId }
    }
  }
}
`,
    variables: { id: 'maximillian_weber@ritchiehyatt.name' },
  },
  {
    shows: ['Where attributes are kept, and which there are.'],
    calls: 1,
    operation: /* GraphQL */ `
query Systems {
  systemsOfRecord {
    totalCount
    nodes {
      identifier
      name
      type
      customerAttributes { key label valueType }
    }
  }
}
`,
  },
  {
    shows: ['Any object by its id, which every answer can have.'],
    calls: 1,
    operation: /* GraphQL */ `
query ObjectById($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on GdprRequest { hoodId createTime status }
    ... on HoodExport { hoodId createTime name }
    ... on ProfileProperty { hoodId label }
  }
}
`,
    variables: { id: globalId('GdprRequest', '1000023') },
  },
  {
    shows: [
      'THIS WRITES: it defines a new profile property.',
      'Mistakes come back as data. Run it twice: the API',
      'refuses the duplicate. Empty the label: the gateway',
      'refuses it without a call.',
    ],
    calls: 1,
    operation: /* GraphQL */ `
mutation CreateProperty(
  $input: CreateProfilePropertyInput!
) {
  createProfileProperty(input: $input) {
    __typename
    ... on CreateProfilePropertySuccess {
      profileProperty { id label description }
    }
    ... on UserError { message }
    ... on InvalidInputError {
      issues { path message }
    }
    ... on UpstreamRejectedError { api status }
  }
}
`,
    variables: {
      input: { label: 'favorite_color', dataType: 'TEXT', description: 'From the welcome survey.' },
    },
  },
];

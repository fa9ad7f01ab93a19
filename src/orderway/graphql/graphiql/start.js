// Starts GraphiQL on this server; a token goes into its headers, as {"Authorization": "Bearer …"}.
const FIRST = `# Sign in, and put the accessToken into the headers below, as {"Authorization": "Bearer …"}.
mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignedIn { accessToken }
    ... on Problem { sentence }
  }
}
`;

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
    defaultQuery: FIRST,
    shouldPersistHeaders: false,
  }),
);

/** Words of posts and the workers who carry them out. */
export const appPosts = {
  "app.posts.title": "Posts",
} as const;

/** A customer's side of posts. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Route, Switch } from "wouter";

const NewPost = () => <Loaded name="new-post" load={() => import("./new-post.screen.tsx")} />;
const MyPosts = () => <Loaded name="my-posts" load={() => import("./my-posts.screen.tsx")} />;
const MyPost = () => <Loaded name="my-post" load={() => import("./my-post.screen.tsx")} />;

export default function MyPostsSection(): JSX.Element {
  return (
    <Switch>
      <Route path={paths.myPosts}>{inner(MyPosts, href("mine"))}</Route>
      <Route path={paths.newPost}>{inner(NewPost, href("myPosts"))}</Route>
      <Route path={paths.myPost}>{inner(MyPost, href("myPosts"))}</Route>
    </Switch>
  );
}

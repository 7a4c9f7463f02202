# asset_path: a page of the old version finds its assets while the new one serves, and the other way
# round. Folders and their names are Kamal's; beyond what it keeps, assets stay for a week.

asset_days=7

bridge_assets() { # bridge_assets FOLDER ROLE IMAGE PATH VERSION OLD_VERSION
  assets=$HOME/$1 new=$2-$5 old=${6:+$2-$6}
  mask=$(umask)
  umask 022 # the app's user reads them, whoever that is
  extract_assets "$3" "$4" "$assets/extracted/$new"
  mkdir -p "$assets/volumes/$new"
  cp -rnT "$assets/extracted/$new" "$assets/volumes/$new"
  if [ -n "$old" ] && [ "$old" != "$new" ]; then join_assets; fi
  umask "$mask"
}

extract_assets() { # extract_assets IMAGE PATH FOLDER
  mkdir -p "$3"
  probe=$($docker create "$1" true)
  copied=yes
  $docker cp --follow-link "$probe:$2/." - | tar -C "$3" -xof - || copied=no
  $docker rm "$probe" >/dev/null
  [ "$copied" = yes ] || {
    echo "the image has nothing at $2: see \`asset_path\`" | say
    give_up assets
  }
}

join_assets() { # of $old and $new
  if [ -d "$assets/volumes/$old" ]; then
    cp -rnT --preserve=timestamps "$assets/volumes/$old" "$assets/volumes/$new"
    forget_assets "$assets/volumes/$new" "$assets/extracted/$new"
    cp -rnT "$assets/extracted/$new" "$assets/volumes/$old"
  fi
  if [ -d "$assets/extracted/$old" ]; then cp -rnT "$assets/extracted/$old" "$assets/volumes/$new"; fi
}

forget_assets() { # forget_assets FOLDER OWN: what has come from other versions and is a week old
  find "$1" -type f -mtime "+$asset_days" | while read -r file; do
    [ -e "$2/${file#"$1"/}" ] || rm -f "$file"
  done
}

drop_assets() { # drop_assets FOLDER ROLE PREFIX: of versions that have no container any more
  kept=" $($docker ps --all --filter "name=^/$3-" --format '{{.Names}}' | tr '\n' ' ')"
  for folder in "$HOME/$1/extracted/$2"-* "$HOME/$1/volumes/$2"-*; do
    version=${folder##*/"$2"-}
    case $kept in *" $3-$version "*) ;; *) rm -rf "$folder" ;; esac
  done
}
